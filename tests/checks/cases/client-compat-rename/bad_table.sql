ALTER TABLE IF EXISTS shop.orders RENAME TO purchases;
