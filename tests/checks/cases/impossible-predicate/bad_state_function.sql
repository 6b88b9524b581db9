-- state
CREATE TYPE kind AS ENUM ('plain', 'fine');
CREATE TABLE goods (id bigint PRIMARY KEY, of kind);
CREATE FUNCTION fine() RETURNS SETOF bigint LANGUAGE plpgsql AS
$$BEGIN RETURN QUERY SELECT g.id FROM goods g WHERE g.of = 'finest'; END$$;
