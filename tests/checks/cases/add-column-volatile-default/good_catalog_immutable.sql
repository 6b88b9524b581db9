CREATE TABLE orders (id bigint);
CREATE FUNCTION standard() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 7; END';
CREATE FUNCTION constant() RETURNS int LANGUAGE sql AS 'SELECT 7';
-- migration
ALTER TABLE orders ADD COLUMN rate int DEFAULT standard();
ALTER TABLE orders ADD COLUMN fee int DEFAULT constant();
