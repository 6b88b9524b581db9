-- state
CREATE TABLE a (id bigint PRIMARY KEY);
INSERT INTO a SELECT g FROM generate_series(1, 50) g;
SELECT pg_stat_force_next_flush();
