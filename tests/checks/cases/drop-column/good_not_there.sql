CREATE TABLE orders (id bigint PRIMARY KEY);

-- migration
ALTER TABLE orders DROP COLUMN IF EXISTS note;
