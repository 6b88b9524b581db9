-- state
CREATE DOMAIN price AS numeric;
ALTER DOMAIN price ADD CONSTRAINT price_check CHECK (value >= 0) NOT VALID;
