BEGIN;
CREATE TABLE orders (customer bigint REFERENCES customers);
INSERT INTO orders SELECT id FROM customers;
COMMIT;
