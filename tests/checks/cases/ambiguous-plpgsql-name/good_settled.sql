-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION large() RETURNS TABLE (id bigint, total numeric) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT id, total FROM orders WHERE total > 100;
END $$;
