UPDATE orders SET state = 'new' WHERE id BETWEEN 1 AND 5000;
