-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION total_of(id bigint) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT o.total FROM orders o WHERE o.id = id);
END $$;
