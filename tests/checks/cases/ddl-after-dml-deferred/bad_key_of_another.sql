CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint, owner bigint REFERENCES people DEFERRABLE);
INSERT INTO people VALUES (5);

-- migration
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM people;
ALTER TABLE people ADD COLUMN name text;
COMMIT;
