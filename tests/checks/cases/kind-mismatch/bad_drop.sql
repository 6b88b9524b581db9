CREATE VIEW products AS SELECT 1 AS id;
-- migration
DROP TABLE products;
