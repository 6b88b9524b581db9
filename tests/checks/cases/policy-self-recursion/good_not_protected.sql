CREATE TABLE member (doc bigint, name text);
CREATE POLICY own ON member USING (true);
CREATE TABLE paper (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE paper ENABLE ROW LEVEL SECURITY;
-- migration
CREATE POLICY own ON paper USING (id IN (SELECT doc FROM member));
