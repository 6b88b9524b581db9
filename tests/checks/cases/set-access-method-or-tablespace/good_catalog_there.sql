CREATE TABLE orders (id bigint);
-- migration
ALTER TABLE orders SET TABLESPACE pg_default;
ALTER TABLE orders SET ACCESS METHOD heap;
