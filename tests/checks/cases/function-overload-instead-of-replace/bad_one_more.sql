CREATE FUNCTION price(item integer) RETURNS numeric LANGUAGE sql AS 'select 1.0';

-- migration
CREATE OR REPLACE FUNCTION price(item integer, pieces integer DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'select 2.0';
