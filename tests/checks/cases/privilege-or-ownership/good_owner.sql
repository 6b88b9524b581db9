CREATE TABLE t (id bigint);
ALTER TABLE t OWNER TO pg_monitor;
SET ROLE pg_monitor;
-- migration
ALTER TABLE t ADD COLUMN note text;
CREATE EXTENSION IF NOT EXISTS plpgsql;
