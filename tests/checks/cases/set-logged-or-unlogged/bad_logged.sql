CREATE UNLOGGED TABLE orders (id bigint);
-- migration
ALTER TABLE orders SET LOGGED;
