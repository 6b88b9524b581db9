-- state
CREATE TABLE a (id bigint PRIMARY KEY, b int, c int, d int, e int);
CREATE INDEX ON a (b, c, d, e);
