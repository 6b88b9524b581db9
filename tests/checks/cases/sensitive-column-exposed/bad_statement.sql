CREATE TABLE account (id bigint PRIMARY KEY, api_key text);
-- migration
GRANT SELECT ON account TO pg_monitor;
