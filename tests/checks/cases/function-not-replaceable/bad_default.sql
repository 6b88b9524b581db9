CREATE FUNCTION total(a bigint, b text DEFAULT 'x') RETURNS bigint LANGUAGE sql AS 'SELECT $1';
-- migration
CREATE OR REPLACE FUNCTION total(a bigint, b text) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
