CREATE TABLE payments (id bigint PRIMARY KEY, status text CHECK (status = ANY (ARRAY['pending', 'completed'])));

-- migration
CREATE FUNCTION many() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found bigint;
BEGIN
  SELECT count(*) INTO found FROM payments WHERE status = 'COMPLETED';
  RETURN found;
END $$;
