CREATE TABLE orders (id bigint PRIMARY KEY);

-- migration
CREATE FUNCTION a() RETURNS integer LANGUAGE plpgsql AS 'begin return b(); end';
CREATE FUNCTION public.b() RETURNS integer LANGUAGE sql AS 'select 1';
