-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int, y int);
CREATE UNIQUE INDEX ON a (x);
CREATE INDEX ON a (x, y);
