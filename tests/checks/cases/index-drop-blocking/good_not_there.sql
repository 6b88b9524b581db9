CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
DROP INDEX IF EXISTS orders_customer;
