-- state
CREATE TABLE a (id bigint PRIMARY KEY, b int, c int);
CREATE INDEX ON a (b, c);
