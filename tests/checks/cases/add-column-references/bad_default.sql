ALTER TABLE orders ADD COLUMN shop bigint DEFAULT 1 REFERENCES shops (id);
