CREATE TABLE t (id bigint);
-- migration
CREATE TABLE u (id bigint);
