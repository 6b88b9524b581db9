CREATE TABLE people (id bigint PRIMARY KEY, mail text, born date);
CREATE VIEW members AS SELECT id, mail, 'x'::text, count(*) OVER () FROM people;

-- migration
CREATE OR REPLACE VIEW members AS
  WITH p AS (SELECT * FROM people) SELECT p.id, p.mail, 'y'::text, count(*) OVER (), born FROM p;
