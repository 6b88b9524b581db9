CREATE TABLE people (id bigint PRIMARY KEY, mail text);

-- migration
ALTER TABLE people ADD COLUMN email text;
ALTER TABLE people DROP COLUMN mail;
