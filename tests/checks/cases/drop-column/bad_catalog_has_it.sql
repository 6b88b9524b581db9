CREATE TABLE orders (id bigint PRIMARY KEY, note text);

-- migration
ALTER TABLE orders DROP COLUMN IF EXISTS note;
