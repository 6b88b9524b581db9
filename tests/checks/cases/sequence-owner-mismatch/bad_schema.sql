CREATE SCHEMA other;
CREATE TABLE t (id bigint);
CREATE SEQUENCE other.numbers;
-- migration
ALTER SEQUENCE other.numbers OWNED BY t.id;
