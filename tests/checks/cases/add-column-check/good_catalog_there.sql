CREATE TABLE orders (id bigint, pieces int);
-- migration
ALTER TABLE orders ADD COLUMN IF NOT EXISTS pieces int CHECK (pieces > 0);
