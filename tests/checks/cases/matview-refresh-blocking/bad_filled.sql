CREATE TABLE orders (total numeric);
CREATE MATERIALIZED VIEW totals AS SELECT sum(total) AS total FROM orders;
-- migration
REFRESH MATERIALIZED VIEW totals;
