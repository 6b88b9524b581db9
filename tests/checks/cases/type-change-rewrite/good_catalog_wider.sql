CREATE TABLE orders (note varchar(100), price numeric(8, 2), at timestamp(3), net cidr);
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text USING note::text;
ALTER TABLE orders ALTER COLUMN price TYPE numeric(12, 2), ALTER COLUMN at TYPE timestamp, ALTER COLUMN net TYPE inet;
