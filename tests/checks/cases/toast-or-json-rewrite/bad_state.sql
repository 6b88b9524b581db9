-- state
CREATE TABLE a (id bigint PRIMARY KEY, seen int, doc jsonb) WITH (autovacuum_enabled = false);
CREATE INDEX ON a (seen);
INSERT INTO a SELECT g, 0, jsonb_build_object('text', (SELECT string_agg(md5((g * 100 + n)::text), '') FROM generate_series(1, 40) n)) FROM generate_series(1, 500) g;
UPDATE a SET seen = 1;
UPDATE a SET seen = 2;
UPDATE a SET seen = 3;
ANALYZE a;
SELECT pg_stat_force_next_flush();
