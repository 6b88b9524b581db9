-- state
CREATE TABLE rates (rate numeric);
CREATE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'select max(rate) from rates';
