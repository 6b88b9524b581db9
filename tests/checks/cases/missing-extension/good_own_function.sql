CREATE FUNCTION digest(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1';
-- migration
SELECT digest('a', 'b'), gen_random_uuid(), sha256('a');
