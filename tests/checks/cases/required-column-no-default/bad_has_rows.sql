CREATE TABLE orders (id bigint PRIMARY KEY);
INSERT INTO orders VALUES (1);

-- migration
ALTER TABLE orders ADD COLUMN currency text NOT NULL;
