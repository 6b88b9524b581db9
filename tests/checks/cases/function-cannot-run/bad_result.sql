-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION middle() RETURNS TABLE (middle_total numeric, pieces bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.total), count(*) FROM orders o;
END $$;
