CREATE TABLE goods (tenant bigint, id bigint, name text, gone boolean, PRIMARY KEY (tenant, id));
CREATE UNIQUE INDEX ON goods (name) WHERE NOT gone;

-- migration
INSERT INTO goods (tenant, id, name) VALUES (1, 1, 'x') ON CONFLICT (id, tenant) DO NOTHING;
INSERT INTO goods (tenant, id, name) VALUES (1, 2, 'x') ON CONFLICT (name) WHERE NOT gone DO NOTHING;
INSERT INTO goods (tenant, id, name) VALUES (1, 3, 'x') ON CONFLICT DO NOTHING;
