ALTER TABLE orders ADD COLUMN shop bigint REFERENCES shops;
