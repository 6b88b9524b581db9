CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN number bigserial;
