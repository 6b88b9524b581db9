-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON doc FOR SELECT USING (id > 0);
CREATE POLICY two ON doc USING (id < 0);
