UPDATE orders SET state = 'new' WHERE 1 = 1;
