CREATE TABLE goods (id bigint, name text UNIQUE);
CREATE FUNCTION put(bigint, text) RETURNS void LANGUAGE plpgsql AS
$$BEGIN INSERT INTO goods VALUES ($1, $2) ON CONFLICT (id) DO NOTHING; END$$;
ALTER TABLE goods ADD PRIMARY KEY (id);
INSERT INTO goods (id, name) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING;
INSERT INTO goods (id, name) VALUES (2, 'y') ON CONFLICT (name) DO NOTHING;
