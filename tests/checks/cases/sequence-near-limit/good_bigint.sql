-- state
CREATE TABLE orders (id bigserial PRIMARY KEY);
SELECT setval('orders_id_seq', 2000000000);
