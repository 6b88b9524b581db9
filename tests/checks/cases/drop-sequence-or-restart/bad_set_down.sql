CREATE SEQUENCE order_numbers;
SELECT setval('order_numbers', 500);

-- migration
SELECT setval('order_numbers', 100);
