CREATE TABLE orders (id bigint);
CREATE UNIQUE INDEX orders_pkey ON orders (id);
ALTER TABLE orders ADD CHECK (id IS NOT NULL) NOT VALID;
-- migration
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;
