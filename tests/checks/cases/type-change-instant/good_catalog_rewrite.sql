CREATE TABLE orders (number int);
-- migration
ALTER TABLE orders ALTER COLUMN number TYPE bigint;
