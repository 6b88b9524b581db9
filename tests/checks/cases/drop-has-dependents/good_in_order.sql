CREATE TYPE state AS ENUM ('open');
CREATE TABLE t (id bigserial PRIMARY KEY, state state, note text DEFAULT 'x' CHECK (note <> ''));
CREATE INDEX t_note ON t (note);
CREATE VIEW v AS SELECT id FROM t;
CREATE POLICY own ON t USING (id > 0);
-- migration
ALTER TABLE t DROP COLUMN note;
DROP VIEW v;
DROP TABLE t;
DROP TYPE state;
