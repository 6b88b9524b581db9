CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint, owner bigint REFERENCES people);
INSERT INTO people VALUES (5), (6);
INSERT INTO pets VALUES (1, 6);

-- migration
BEGIN;
UPDATE pets SET owner = 5;
ALTER TABLE pets ADD COLUMN name text;
COMMIT;
