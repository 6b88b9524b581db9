CREATE TABLE t (id bigint);
-- migration
ALTER TABLE t ADD COLUMN note text;
CREATE INDEX ON t (note);
COPY t TO '/tmp/t';
