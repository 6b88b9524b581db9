BEGIN;
CREATE TABLE orders (customer bigint);
ALTER TABLE orders ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers (id);
COMMIT;
