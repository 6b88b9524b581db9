CREATE FUNCTION lines(a bigint) RETURNS TABLE (x bigint, y text) LANGUAGE sql AS 'SELECT 1::bigint, ''''';
-- migration
CREATE OR REPLACE FUNCTION lines(a bigint) RETURNS TABLE (x bigint, z text) LANGUAGE sql AS 'SELECT 1::bigint, ''''';
