-- state
CREATE TABLE a (id bigint PRIMARY KEY) WITH (autovacuum_enabled = false);
INSERT INTO a SELECT g FROM generate_series(1, 30000) g;
DELETE FROM a WHERE id > 10000;
SELECT pg_stat_force_next_flush();
