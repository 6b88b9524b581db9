CREATE TABLE orders (id bigint, number bigserial);
-- migration
ALTER TABLE orders ADD COLUMN IF NOT EXISTS number bigserial;
