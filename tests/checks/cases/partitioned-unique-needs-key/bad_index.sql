CREATE TABLE t (id bigint, at date) PARTITION BY RANGE (at);
-- migration
CREATE UNIQUE INDEX t_id ON t (id);
