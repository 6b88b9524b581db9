CREATE TABLE orders (id bigint, note varchar(10));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
