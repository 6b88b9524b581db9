CREATE TABLE orders (id bigint);
CREATE DOMAIN positive AS int CHECK (value > 0);
-- migration
ALTER TABLE orders ADD COLUMN pieces positive;
