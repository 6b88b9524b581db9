INSERT INTO goods (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1, Price = 2;
