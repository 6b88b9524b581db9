-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION many(least_total numeric) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  one orders%ROWTYPE;
  found_one record;
BEGIN
  CREATE TEMP TABLE few (id bigint);
  INSERT INTO few SELECT id FROM orders o WHERE o.total > least_total AND o.ctid IS NOT NULL;
  FOR found_one IN WITH w AS (SELECT id AS number FROM few) SELECT number FROM w LOOP
    UPDATE orders SET total = 0 WHERE id = found_one.number;
  END LOOP;
  FOR i IN 1..10 LOOP
    PERFORM id + i FROM orders;
  END LOOP;
  SELECT * INTO one FROM orders;
  RETURN (SELECT count(orders) FROM orders WHERE total = one.total AND EXISTS (SELECT FROM pg_class));
END $$;
