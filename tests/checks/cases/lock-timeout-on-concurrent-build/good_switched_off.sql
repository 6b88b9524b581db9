SET lock_timeout = '1s';
ALTER TABLE orders ADD COLUMN state text;
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_state ON orders (state);
