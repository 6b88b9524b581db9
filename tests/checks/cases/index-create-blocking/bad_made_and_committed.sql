BEGIN;
CREATE TABLE orders (id bigint, customer bigint);
COMMIT;
CREATE INDEX orders_customer ON orders (customer);
