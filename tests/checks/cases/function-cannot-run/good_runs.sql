-- state
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, placed date, at timestamptz, state varchar(10));
CREATE FUNCTION helper(integer) RETURNS integer LANGUAGE sql AS 'select $1';
CREATE FUNCTION middle(least_id integer) RETURNS TABLE (middle_total double precision, pieces bigint, age numeric)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.total), count(*), extract(day FROM now() - min(o.at))
    FROM orders o
    WHERE o.id > helper(least_id) AND o.state = 'new'::text AND o.placed - CURRENT_DATE < 5;
END $$;
