CREATE TABLE people (id bigint PRIMARY KEY, mail text, born date);
CREATE VIEW members AS SELECT id, mail, born FROM people;

-- migration
CREATE OR REPLACE VIEW members AS SELECT id, born FROM people;
