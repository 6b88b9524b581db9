CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration
CREATE SCHEMA audit;
CREATE TYPE audit.kind AS ENUM ('a');
CREATE TABLE audit.log (id bigint, kind audit.kind, at timestamptz DEFAULT now());
CREATE FUNCTION audit.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON audit.log FOR EACH ROW EXECUTE FUNCTION audit.touch();
CREATE INDEX log_at ON audit.log (at) WHERE kind = 'a';
