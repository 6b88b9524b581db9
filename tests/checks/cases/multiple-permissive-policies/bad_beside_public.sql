CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON doc USING (id > 0);
-- migration
CREATE POLICY two ON doc FOR SELECT TO pg_monitor USING (id < 0);
