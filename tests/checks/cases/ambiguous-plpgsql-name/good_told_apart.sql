-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION large(lowest numeric) RETURNS TABLE (id bigint, total numeric) LANGUAGE plpgsql AS $$
DECLARE
  placed date;
BEGIN
  INSERT INTO orders (id, total) VALUES (1, 2);
  UPDATE orders SET total = orders.total + 1 WHERE orders.total > lowest;
  RETURN QUERY SELECT o.id, o.total AS total FROM orders o ORDER BY total, placed;
END $$;
