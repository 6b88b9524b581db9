CREATE TABLE t (body text);
INSERT INTO t SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) n;
-- migration
CREATE INDEX t_body ON t (body);
