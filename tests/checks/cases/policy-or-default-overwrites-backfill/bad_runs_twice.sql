BEGIN;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS currency text;
UPDATE orders SET currency = 'CHF';
COMMIT;
