CREATE TABLE orders (id bigint);
CREATE DOMAIN pieces AS int DEFAULT 1;
-- migration
ALTER TABLE orders ADD COLUMN pieces pieces;
