CREATE TABLE orders (id bigint PRIMARY KEY);

-- migration
CREATE FUNCTION a() RETURNS uuid LANGUAGE plpgsql AS 'begin return uuid_generate_v4(); end';
