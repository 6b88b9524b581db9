CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN note text;
