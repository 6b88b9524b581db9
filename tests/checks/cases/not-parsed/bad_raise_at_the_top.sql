CREATE TABLE orders (id bigint PRIMARY KEY);
RAISE NOTICE 'done';
