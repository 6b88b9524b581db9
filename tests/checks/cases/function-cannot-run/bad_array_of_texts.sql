-- state
CREATE TABLE offers (id bigint PRIMARY KEY, days text[]);
CREATE FUNCTION is_open(offer bigint, day integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  SELECT * INTO one FROM offers WHERE id = offer;
  RETURN day = ANY (one.days);
END $$;
