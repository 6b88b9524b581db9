-- state
CREATE TABLE account (id bigint PRIMARY KEY, password text);
GRANT SELECT (id) ON account TO pg_monitor;
