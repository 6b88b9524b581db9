ALTER TABLE orders ADD COLUMN parts integer CHECK (parts > 0);
