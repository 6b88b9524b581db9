CREATE TABLE orders AS SELECT g AS id, repeat('x', 200) AS note FROM generate_series(1, 60000) g;
-- migration
ALTER TABLE orders ALTER COLUMN id TYPE numeric;
