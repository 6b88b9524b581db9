CREATE TABLE account (id bigint PRIMARY KEY, password text);
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
-- migration
GRANT SELECT ON account TO pg_monitor;
