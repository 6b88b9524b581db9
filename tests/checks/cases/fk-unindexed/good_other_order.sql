-- state
CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE b (id bigint PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES a);
CREATE INDEX ON b (y, x, id);
