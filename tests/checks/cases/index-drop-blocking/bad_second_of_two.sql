CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
CREATE INDEX a ON orders (customer);
CREATE INDEX b ON orders (total);
-- migration
DROP INDEX a, b;
