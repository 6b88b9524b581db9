CREATE TABLE t (id bigint, total integer DEFAULT 0 CHECK (total >= 0), kept integer);
CREATE INDEX t_total ON t (total);
CREATE VIEW v AS SELECT kept FROM t;
CREATE VIEW gone AS SELECT total FROM t;
-- migration
DROP VIEW gone;
ALTER TABLE t ALTER COLUMN total TYPE bigint;
