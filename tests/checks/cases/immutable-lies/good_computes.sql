-- state
CREATE FUNCTION more(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select a + 1';
CREATE FUNCTION later(a integer) RETURNS timestamptz LANGUAGE sql STABLE AS 'select now() + a * interval ''1 day''';
