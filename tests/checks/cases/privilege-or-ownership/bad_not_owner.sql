CREATE TABLE t (id bigint);
SET ROLE pg_monitor;
-- migration
ALTER TABLE t ADD COLUMN note text;
