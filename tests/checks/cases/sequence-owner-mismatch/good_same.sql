CREATE TABLE t (id bigint);
CREATE SEQUENCE numbers;
-- migration
ALTER SEQUENCE numbers OWNED BY t.id;
ALTER SEQUENCE numbers OWNED BY NONE;
