CREATE FUNCTION total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
-- migration
CREATE FUNCTION total(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
