-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE TABLE asked (at timestamptz);
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql AS $$ INSERT INTO asked VALUES (now()); SELECT NULL::uuid $$;
CREATE POLICY own ON doc USING (tenant_id = tenant());
