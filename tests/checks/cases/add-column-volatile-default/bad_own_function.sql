CREATE TABLE orders (id bigint);
CREATE FUNCTION stamp() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN random() * 1000; END';
-- migration
ALTER TABLE orders ADD COLUMN stamp bigint DEFAULT stamp();
