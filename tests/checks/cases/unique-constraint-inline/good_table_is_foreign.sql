CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE orders (number text) SERVER elsewhere;
-- migration
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE (number);
