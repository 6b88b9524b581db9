CREATE TABLE orders (id bigint);
-- migration
ALTER TABLE orders ADD COLUMN token uuid DEFAULT uuid_generate_v4();
