CREATE VIEW products AS SELECT 1 AS id;
-- migration
CREATE TABLE IF NOT EXISTS products (id bigint);
