CREATE TABLE t (id bigint);
-- migration
ALTER TABLE t ADD COLUMN id integer;
