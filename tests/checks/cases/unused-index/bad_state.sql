-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int);
CREATE INDEX ON a (x);
DO $$ BEGIN FOR i IN 1..1200 LOOP PERFORM FROM a; END LOOP; END $$;
SELECT pg_stat_force_next_flush();
