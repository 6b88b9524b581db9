CREATE TABLE t (id bigint, body text, name varchar(100));
INSERT INTO t SELECT n, 'short' || n FROM generate_series(1, 100) n;
-- migration
CREATE INDEX t_body ON t (body);
CREATE INDEX t_hash ON t (md5(body));
CREATE INDEX t_name ON t (name, id);
