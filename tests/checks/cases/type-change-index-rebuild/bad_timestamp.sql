CREATE TABLE orders (placed timestamp);
CREATE INDEX orders_placed ON orders (placed);
-- migration
SET timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
