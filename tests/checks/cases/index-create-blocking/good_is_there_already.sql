CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
CREATE INDEX orders_customer ON orders (customer);
-- migration
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
