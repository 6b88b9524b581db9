CREATE TABLE a (id bigint PRIMARY KEY, b int, c int, d int, e int);
-- migration
CREATE INDEX ON a (b, c, d, e);
