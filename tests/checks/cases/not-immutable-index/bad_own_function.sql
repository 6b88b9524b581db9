CREATE TABLE offers (id bigint);
CREATE FUNCTION price(bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT $1';
-- migration
CREATE INDEX offers_price ON offers (price(id));
