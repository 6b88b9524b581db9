CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);

-- migration
CREATE FUNCTION put() RETURNS void LANGUAGE plpgsql AS $$BEGIN UPDATE orders SET amount = 5; END$$;
