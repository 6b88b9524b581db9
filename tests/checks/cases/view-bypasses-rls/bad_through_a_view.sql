-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE VIEW titles WITH (security_invoker = true) AS SELECT title FROM doc;
CREATE VIEW short AS SELECT left(title, 3) FROM titles;
