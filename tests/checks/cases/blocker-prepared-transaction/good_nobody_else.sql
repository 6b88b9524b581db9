CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
ALTER TABLE orders ADD COLUMN state text;
