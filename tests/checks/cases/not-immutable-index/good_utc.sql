CREATE TABLE offers (id bigint, until timestamptz, since timestamp, name text, until_day date);
CREATE FUNCTION price(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
-- migration
CREATE INDEX offers_day ON offers (((until AT TIME ZONE 'UTC')::date), date_trunc('day', since), lower(name), price(id));
CREATE INDEX offers_late ON offers (id) WHERE until > '2026-01-01'::timestamptz AND since < '2026-01-01';
ALTER TABLE offers ADD COLUMN year integer GENERATED ALWAYS AS (extract(year FROM until_day)) STORED;
