CREATE TABLE goods (id bigint, name text);

-- migration
INSERT INTO goods (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
