-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ DECLARE said text := current_setting('app.tenant_id', true); BEGIN IF said = '' THEN RETURN NULL; END IF; RETURN said::uuid; END $$;
CREATE POLICY own ON doc USING (tenant_id = tenant());
