CREATE TABLE orders (placed timestamp);
-- migration
BEGIN;
SET LOCAL timezone = 'UTC';
COMMIT;
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
