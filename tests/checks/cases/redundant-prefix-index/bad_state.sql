-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int, y int);
CREATE INDEX ON a (x);
CREATE INDEX ON a (x, y);
