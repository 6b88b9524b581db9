CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
ALTER TABLE IF EXISTS archive ADD COLUMN state text;
