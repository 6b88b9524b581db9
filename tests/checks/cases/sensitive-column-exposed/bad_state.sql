-- state
CREATE TABLE account (id bigint PRIMARY KEY, password_hash text);
GRANT SELECT ON account TO pg_monitor;
