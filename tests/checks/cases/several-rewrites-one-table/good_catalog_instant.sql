CREATE TABLE orders (note varchar(10), other varchar(10));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
ALTER TABLE orders ALTER COLUMN other TYPE text;
