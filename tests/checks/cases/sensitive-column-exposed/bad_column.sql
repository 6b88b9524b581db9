-- state
CREATE TABLE account (id bigint PRIMARY KEY, ssn text);
GRANT SELECT (ssn) ON account TO pg_monitor;
