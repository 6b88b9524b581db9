-- state
CREATE TABLE a (id bigint PRIMARY KEY, x text, y int);
CREATE INDEX ON a (lower(x));
CREATE INDEX ON a (x, y);
