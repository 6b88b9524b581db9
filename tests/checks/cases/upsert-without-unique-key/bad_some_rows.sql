CREATE TABLE goods (id bigint, name text, gone boolean);
CREATE UNIQUE INDEX ON goods (id) WHERE NOT gone;

-- migration
INSERT INTO goods (id, name) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING;
