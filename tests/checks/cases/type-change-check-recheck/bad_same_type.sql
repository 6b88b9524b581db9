CREATE TABLE orders (number int CHECK (number > 0));
-- migration
ALTER TABLE orders ALTER COLUMN number TYPE int;
