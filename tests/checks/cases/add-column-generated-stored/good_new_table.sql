CREATE TABLE orders (price numeric, pieces int);
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * pieces) STORED;
