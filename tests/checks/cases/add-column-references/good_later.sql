ALTER TABLE orders ADD COLUMN shop bigint;
ALTER TABLE orders ADD CONSTRAINT orders_shop_fkey FOREIGN KEY (shop) REFERENCES shops NOT VALID;
