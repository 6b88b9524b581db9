CREATE TABLE people (id bigint PRIMARY KEY, mail text);

-- migration
ALTER TABLE people DROP COLUMN mail, ADD COLUMN born date;
