CREATE TABLE old (id integer PRIMARY KEY);
-- migration
DROP TABLE old;
