CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN pieces int CHECK (pieces > 0);
