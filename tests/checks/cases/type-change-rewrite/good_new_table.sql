CREATE TABLE orders (number int);
ALTER TABLE orders ALTER COLUMN number TYPE bigint;
