CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE VIEW totals AS SELECT sum(total) AS sum FROM orders;

-- migration
DROP TABLE orders CASCADE;
