CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, "user" text);
CREATE VIEW open_orders AS SELECT * FROM orders;
CREATE TYPE place AS (x integer);
CREATE AGGREGATE most(bigint) (SFUNC = int8larger, STYPE = bigint);
-- migration
ALTER TABLE orders ADD COLUMN at place, ALTER COLUMN total SET NOT NULL, ADD CHECK (total > id);
WITH found AS (SELECT most(id) AS id FROM open_orders) SELECT * FROM found, pg_class, information_schema.tables;
UPDATE orders SET total = 0 WHERE ctid = '(0,1)';
ALTER TABLE IF EXISTS elsewhere ADD COLUMN a integer;
DROP TABLE IF EXISTS elsewhere;
CREATE TABLE copy (LIKE orders, parent orders);
