-- state
CREATE TABLE a (id bigint PRIMARY KEY) WITH (autovacuum_enabled = false, autovacuum_freeze_max_age = 100000);
DO $$ BEGIN FOR i IN 1..200100 LOOP BEGIN INSERT INTO a VALUES (i); EXCEPTION WHEN OTHERS THEN END; END LOOP; END $$;
