CREATE VIEW products AS SELECT 1 AS id;
-- migration
CREATE INDEX products_id ON products (id);
