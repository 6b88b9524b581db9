CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON doc TO app USING (id > 0);
