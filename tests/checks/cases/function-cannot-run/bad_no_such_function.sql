-- state
CREATE FUNCTION number() RETURNS uuid LANGUAGE plpgsql AS 'begin return uuid_generate_v4(); end';
