-- state
CREATE TABLE doc (id bigint PRIMARY KEY);
GRANT SELECT ON doc TO pg_monitor;
