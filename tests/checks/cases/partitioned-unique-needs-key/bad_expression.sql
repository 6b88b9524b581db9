CREATE TABLE t (id bigint, at date) PARTITION BY RANGE ((id + 1));
-- migration
ALTER TABLE t ADD PRIMARY KEY (id);
