BEGIN;
SET LOCAL lock_timeout = '1s';
COMMIT;
ALTER TABLE orders ADD COLUMN state text;
