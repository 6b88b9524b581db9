-- state
CREATE TABLE a (id bigint PRIMARY KEY, x int);
INSERT INTO a SELECT g, g FROM generate_series(1, 20000) g;
DO $$ BEGIN FOR i IN 1..150 LOOP PERFORM FROM a WHERE x = i LIMIT 30000; PERFORM count(*) FROM a WHERE x < i; END LOOP; END $$;
SELECT pg_stat_force_next_flush();
