-- state
CREATE TABLE a (id bigint PRIMARY KEY, b int, c int, d int, e int, f int, g int, h int, i int);
CREATE INDEX ON a (b);
CREATE INDEX ON a (c);
CREATE INDEX ON a (d);
CREATE INDEX ON a (e);
CREATE INDEX ON a (f);
CREATE INDEX ON a (g);
CREATE INDEX ON a (h);
CREATE INDEX ON a (i);
