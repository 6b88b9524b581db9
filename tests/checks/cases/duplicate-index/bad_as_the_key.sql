-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int);
CREATE INDEX ON a (id);
