BEGIN;
ALTER TABLE orders ADD COLUMN state text;
COMMIT;
UPDATE orders SET state = 'new';
