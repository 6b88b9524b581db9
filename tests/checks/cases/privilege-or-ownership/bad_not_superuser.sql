SET ROLE pg_monitor;
-- migration
ALTER SYSTEM SET work_mem = '8MB';
