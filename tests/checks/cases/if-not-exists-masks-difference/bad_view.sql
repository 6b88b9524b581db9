CREATE TABLE goods (id bigint PRIMARY KEY);
CREATE VIEW products AS SELECT id FROM goods;

-- migration
CREATE TABLE IF NOT EXISTS products (id bigint PRIMARY KEY);
