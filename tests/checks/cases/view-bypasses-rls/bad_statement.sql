CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
-- migration
CREATE VIEW titles AS SELECT title FROM doc;
