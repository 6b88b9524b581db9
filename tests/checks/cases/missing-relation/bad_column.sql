CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
-- migration
CREATE INDEX orders_sum ON orders (amount);
