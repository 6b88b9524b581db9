CREATE TABLE orders (total numeric);
CREATE MATERIALIZED VIEW totals AS SELECT total, count(*) FROM orders GROUP BY total;
CREATE UNIQUE INDEX ON totals (total);
-- migration
REFRESH MATERIALIZED VIEW totals;
