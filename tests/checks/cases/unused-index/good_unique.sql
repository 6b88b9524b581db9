-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int UNIQUE);
DO $$ BEGIN FOR i IN 1..1200 LOOP PERFORM FROM a; END LOOP; END $$;
SELECT pg_stat_force_next_flush();
