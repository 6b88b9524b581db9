CREATE TABLE t (id bigint, total integer);
CREATE VIEW v AS SELECT total FROM t;
-- migration
ALTER TABLE t ALTER COLUMN total TYPE bigint;
