CREATE TABLE orders (id bigint PRIMARY KEY);

-- migration
ALTER TABLE orders ADD COLUMN currency text NOT NULL;
