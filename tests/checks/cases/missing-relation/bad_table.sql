CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration
ALTER TABLE order_items ADD COLUMN note text;
