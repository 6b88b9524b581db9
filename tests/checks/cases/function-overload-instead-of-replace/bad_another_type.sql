CREATE FUNCTION price(item integer) RETURNS numeric LANGUAGE sql AS 'select 1.0';

-- migration
CREATE OR REPLACE FUNCTION price(item bigint) RETURNS numeric LANGUAGE sql AS 'select 2.0';
