CREATE TABLE orders (note varchar(10));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
