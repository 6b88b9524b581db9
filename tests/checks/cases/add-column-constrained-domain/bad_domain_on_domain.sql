CREATE TABLE orders (id bigint);
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN pieces AS positive;
-- migration
ALTER TABLE orders ADD COLUMN pieces pieces;
