BEGIN;
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (customer bigint REFERENCES customers);
CREATE TABLE lines (id bigint);
COMMIT;
