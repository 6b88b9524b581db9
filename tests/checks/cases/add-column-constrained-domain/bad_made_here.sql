CREATE DOMAIN positive AS int NOT NULL DEFAULT 1;
ALTER TABLE orders ADD COLUMN pieces positive;
