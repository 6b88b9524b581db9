CREATE TABLE products (id bigint);
