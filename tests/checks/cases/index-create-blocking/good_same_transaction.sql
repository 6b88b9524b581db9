BEGIN;
CREATE TABLE orders (id bigint, customer bigint);
CREATE INDEX orders_customer ON orders (customer);
COMMIT;
