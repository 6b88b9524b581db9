CREATE TABLE t (id bigint PRIMARY KEY);
-- migration
DROP INDEX t_pkey;
