CREATE TABLE t (id bigint, total integer, double integer GENERATED ALWAYS AS (total * 2) STORED);
-- migration
ALTER TABLE t ALTER COLUMN total TYPE bigint;
