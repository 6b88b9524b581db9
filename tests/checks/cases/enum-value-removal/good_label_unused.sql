CREATE TYPE mood AS ENUM ('good', 'fair', 'bad');
CREATE TYPE mood2 AS ENUM ('good', 'bad');
CREATE TABLE people (id bigint PRIMARY KEY, feels mood);
INSERT INTO people VALUES (1, 'good');

-- migration
ALTER TABLE people ALTER COLUMN feels TYPE mood2 USING feels::text::mood2;
