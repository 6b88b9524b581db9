CREATE VIEW products AS SELECT 1 AS id;
-- migration
CREATE TABLE products (id bigint);
