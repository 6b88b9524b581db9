-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION may(t uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t IS NOT NULL $$;
CREATE POLICY own ON doc USING (may(tenant_id));
