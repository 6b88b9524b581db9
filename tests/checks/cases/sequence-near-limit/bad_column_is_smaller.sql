-- state
CREATE TABLE orders (id smallint PRIMARY KEY);
CREATE SEQUENCE order_numbers OWNED BY orders.id;
SELECT setval('order_numbers', 30000);
