CREATE TABLE t (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE plain (id bigint);
-- migration
CREATE UNIQUE INDEX t_id ON t (id, at);
CREATE INDEX t_only_id ON t (id);
ALTER TABLE plain ADD PRIMARY KEY (id);
CREATE TABLE u (id bigint, at date, PRIMARY KEY (at, id)) PARTITION BY LIST (at);
