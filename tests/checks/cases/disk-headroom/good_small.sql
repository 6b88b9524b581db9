CREATE TABLE orders AS SELECT g AS id FROM generate_series(1, 100) g;
-- migration
ALTER TABLE orders ALTER COLUMN id TYPE numeric;
