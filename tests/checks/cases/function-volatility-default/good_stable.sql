-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;
CREATE POLICY own ON doc USING (tenant_id = tenant());
