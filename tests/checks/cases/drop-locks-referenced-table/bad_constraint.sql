CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint CONSTRAINT customer REFERENCES customers, before bigint CONSTRAINT before REFERENCES orders);
-- migration
ALTER TABLE orders DROP CONSTRAINT customer;
