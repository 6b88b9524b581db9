CREATE TABLE a (id bigint PRIMARY KEY, x int, y int);
CREATE INDEX ON a (x, y);
-- migration
CREATE INDEX ON a (x);
