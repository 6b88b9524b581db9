-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION put(OUT id bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO orders AS o (id, total) VALUES (1, 2) ON CONFLICT (id) DO NOTHING;
END $$;
