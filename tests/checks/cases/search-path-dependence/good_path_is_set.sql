SET search_path = shop;
CREATE TABLE orders (id bigint);
