CREATE TABLE orders (id bigint);
-- migration
ALTER TABLE orders SET LOGGED;
