CREATE TABLE t (id bigint);
CREATE SEQUENCE numbers;
ALTER SEQUENCE numbers OWNER TO pg_monitor;
-- migration
ALTER SEQUENCE numbers OWNED BY t.id;
