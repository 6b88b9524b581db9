CREATE TABLE t (id bigint PRIMARY KEY);
CREATE TABLE u (t bigint REFERENCES t);
-- migration
DROP TABLE t;
