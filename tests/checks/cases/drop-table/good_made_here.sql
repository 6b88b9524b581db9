CREATE TABLE draft (id integer);
DROP TABLE draft;
