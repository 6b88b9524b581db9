CREATE TABLE orders (id bigint PRIMARY KEY, note text);
INSERT INTO orders VALUES (1);

-- migration
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
