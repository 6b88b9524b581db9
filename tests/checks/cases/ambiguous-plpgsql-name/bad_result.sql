CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION large() RETURNS TABLE (id bigint, total numeric) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT o.id, o.total FROM orders o WHERE total > 100;
END $$;
