CREATE TABLE t (id bigint, tenant bigint);
CREATE POLICY own ON t USING (tenant > 0);
-- migration
ALTER TABLE t DROP COLUMN tenant;
