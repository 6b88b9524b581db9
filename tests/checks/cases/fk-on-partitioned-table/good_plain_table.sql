CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (customer bigint);
-- migration
ALTER TABLE orders ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers;
