-- state
CREATE TABLE goods (id bigint, name text);
CREATE FUNCTION put(bigint, text) RETURNS void LANGUAGE plpgsql AS
$$BEGIN INSERT INTO goods VALUES ($1, $2) ON CONFLICT (id) DO NOTHING; END$$;
