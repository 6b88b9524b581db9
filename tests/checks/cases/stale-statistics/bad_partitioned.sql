-- state
CREATE TABLE a (id bigint) PARTITION BY RANGE (id);
CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (9000) WITH (autovacuum_enabled = false);
INSERT INTO a SELECT g FROM generate_series(1, 5000) g;
ANALYZE a_1;
SELECT pg_stat_force_next_flush();
