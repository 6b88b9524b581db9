CREATE TABLE orders (placed timestamp, day date);
-- migration
BEGIN;
SET LOCAL timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
COMMIT;
ALTER TABLE orders ALTER COLUMN day TYPE timestamptz;
