CREATE TABLE doc (id bigint, title text);
-- migration
CREATE VIEW titles AS SELECT title FROM doc;
