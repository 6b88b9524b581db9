-- state
CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);
