-- state
CREATE TABLE orders (id bigint, "Order" integer);
