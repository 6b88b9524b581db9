-- state
CREATE TABLE a (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
ALTER TABLE a FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON a USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
