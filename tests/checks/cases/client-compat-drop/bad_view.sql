DROP VIEW IF EXISTS shop.open_orders CASCADE;
