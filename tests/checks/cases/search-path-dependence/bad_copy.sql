SELECT * INTO old_orders FROM shop.orders;
