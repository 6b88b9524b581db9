CREATE FUNCTION price(item integer, OUT cost numeric, note varchar DEFAULT '') LANGUAGE sql AS 'select 1.0';

-- migration
CREATE OR REPLACE FUNCTION price(item int, OUT cost numeric, note varchar(20) DEFAULT '') LANGUAGE sql AS 'select 2.0';
