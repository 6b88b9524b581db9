CREATE TABLE a (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
ALTER TABLE a FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON a USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE TABLE b (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE b ENABLE ROW LEVEL SECURITY;
ALTER TABLE b FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON b USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
-- migration
CREATE TABLE c (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE c ENABLE ROW LEVEL SECURITY;
ALTER TABLE c FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON c USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
