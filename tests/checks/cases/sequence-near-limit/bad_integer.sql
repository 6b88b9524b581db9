-- state
CREATE TABLE orders (id serial PRIMARY KEY);
SELECT setval('orders_id_seq', 2000000000);
