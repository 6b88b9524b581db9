CREATE TABLE offers (id bigint);
CREATE FUNCTION price(bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1; END';
-- migration
CREATE INDEX offers_price ON offers (price(id));
