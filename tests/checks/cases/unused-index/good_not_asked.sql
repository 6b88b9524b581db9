-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int);
CREATE INDEX ON a (x);
SELECT pg_stat_force_next_flush();
