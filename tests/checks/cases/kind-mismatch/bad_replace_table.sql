CREATE TABLE products (id bigint);
-- migration
CREATE OR REPLACE VIEW products AS SELECT 1 AS id;
