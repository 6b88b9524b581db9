CREATE TABLE people (id bigint PRIMARY KEY, mail text, born date);
CREATE VIEW members AS SELECT id, mail FROM people;

-- migration
CREATE OR REPLACE VIEW members AS SELECT p.id, p.born, p.mail FROM people p;
