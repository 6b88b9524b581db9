CREATE TABLE shop.orders (id bigint);
CREATE INDEX orders_id ON shop.orders (id);
CREATE TEMPORARY TABLE work (id bigint);
SELECT count(*) FROM orders;
