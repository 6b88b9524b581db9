ALTER TABLE orders ADD COLUMN currency text;
UPDATE orders SET currency = 'CHF' WHERE country = 'CH';
