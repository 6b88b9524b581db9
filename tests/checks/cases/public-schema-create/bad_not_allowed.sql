CREATE TABLE t (id bigint);
SET ROLE pg_monitor;
-- migration
CREATE TABLE u (id bigint);
