-- state
CREATE TABLE a (id bigint PRIMARY KEY, seen int, doc jsonb) WITH (autovacuum_enabled = false);
CREATE INDEX ON a (seen);
INSERT INTO a SELECT g, 0, '{}' FROM generate_series(1, 500) g;
UPDATE a SET seen = 1;
UPDATE a SET seen = 2;
UPDATE a SET seen = 3;
ANALYZE a;
SELECT pg_stat_force_next_flush();
