CREATE TABLE t (id bigint, total integer);
CREATE POLICY p ON t USING (total > 0);
-- migration
ALTER TABLE t ALTER COLUMN total TYPE bigint;
