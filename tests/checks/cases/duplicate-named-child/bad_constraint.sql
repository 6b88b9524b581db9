CREATE TABLE t (id bigint CONSTRAINT positive CHECK (id > 0));
-- migration
ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 1);
