CREATE SCHEMA own AUTHORIZATION pg_monitor;
SET ROLE pg_monitor;
-- migration
CREATE TABLE own.u (id bigint);
