CREATE TABLE orders (id bigint PRIMARY KEY, number bigserial, "integer" text);
