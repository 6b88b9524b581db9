CREATE TABLE people (id bigint PRIMARY KEY);

-- migration
CREATE FUNCTION many() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN (SELECT count(total) FROM orders); END$$;
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
