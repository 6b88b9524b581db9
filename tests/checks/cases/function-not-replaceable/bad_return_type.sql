CREATE FUNCTION total(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
-- migration
CREATE OR REPLACE FUNCTION total(a bigint) RETURNS numeric LANGUAGE sql AS 'SELECT $1::numeric';
