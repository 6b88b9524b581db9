-- state
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, title text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE PUBLICATION p FOR TABLE doc WHERE (id > 5) WITH (publish = 'insert');
