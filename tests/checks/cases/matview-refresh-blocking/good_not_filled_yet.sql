CREATE TABLE orders (total numeric);
CREATE MATERIALIZED VIEW totals AS SELECT sum(total) AS total FROM orders WITH NO DATA;
-- migration
REFRESH MATERIALIZED VIEW totals;
