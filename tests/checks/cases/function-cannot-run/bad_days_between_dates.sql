CREATE TABLE orders (id bigint PRIMARY KEY, placed date);

-- migration
CREATE FUNCTION age_of(o bigint) RETURNS numeric LANGUAGE plpgsql AS
$$BEGIN RETURN (SELECT EXTRACT(DAY FROM CURRENT_DATE - placed) FROM orders WHERE id = o); END$$;
