CREATE TABLE orders (id bigint CONSTRAINT orders_key PRIMARY KEY, name text NOT NULL DEFAULT '', CONSTRAINT named CHECK (name <> ''));
ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_key;
