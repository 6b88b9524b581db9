CREATE FUNCTION is_over(until timestamptz) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
$$BEGIN RETURN until < now(); END$$;
