CREATE TABLE orders (id bigint);
CREATE DOMAIN positive AS int CONSTRAINT above CHECK (value > 0);
-- migration
ALTER DOMAIN positive DROP CONSTRAINT above;
ALTER TABLE orders ADD COLUMN pieces positive;
