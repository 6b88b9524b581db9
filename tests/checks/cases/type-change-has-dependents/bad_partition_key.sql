CREATE TABLE t (id integer, total integer) PARTITION BY RANGE (id);
-- migration
ALTER TABLE t ALTER COLUMN id TYPE bigint;
