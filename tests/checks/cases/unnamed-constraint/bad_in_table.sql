CREATE TABLE orders (id bigint, customer bigint REFERENCES customers, CONSTRAINT orders_key PRIMARY KEY (id));
