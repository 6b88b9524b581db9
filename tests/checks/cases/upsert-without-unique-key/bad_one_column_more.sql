CREATE TABLE goods (tenant bigint, id bigint, name text, PRIMARY KEY (tenant, id));

-- migration
INSERT INTO goods (tenant, id, name) VALUES (1, 1, 'x') ON CONFLICT (id) DO NOTHING;
