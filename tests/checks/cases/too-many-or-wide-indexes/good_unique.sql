-- state
CREATE TABLE a (id bigint PRIMARY KEY, b int, c int, d int, e int, UNIQUE (b, c, d, e));
