CREATE TABLE orders (id bigint);
-- migration
BEGIN;
ALTER TABLE IF EXISTS archive ADD COLUMN state text;
UPDATE orders SET id = id + 1 WHERE id = 7;
COMMIT;
