CREATE TABLE t (body text);
INSERT INTO t SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) n;
-- migration
ALTER TABLE t ADD CONSTRAINT t_body UNIQUE (body);
