-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE VIEW titles AS SELECT title FROM doc;
ALTER VIEW titles OWNER TO pg_monitor;
