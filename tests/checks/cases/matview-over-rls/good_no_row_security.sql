CREATE TABLE doc (id bigint, title text);
-- migration
CREATE MATERIALIZED VIEW titles AS SELECT title FROM doc;
