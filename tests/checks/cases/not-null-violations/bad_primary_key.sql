CREATE TABLE orders (id bigint);
INSERT INTO orders VALUES (NULL);

-- migration
ALTER TABLE orders ADD PRIMARY KEY (id);
