CREATE TABLE a (id bigint PRIMARY KEY, tenant_id uuid);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
-- migration
CREATE POLICY own ON a USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
