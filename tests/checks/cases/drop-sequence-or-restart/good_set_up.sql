CREATE SEQUENCE order_numbers;
SELECT setval('order_numbers', 500);

-- migration
SELECT setval('order_numbers', 1000);
SELECT setval('order_numbers', (SELECT max(n) FROM generate_series(1, 3) n));
