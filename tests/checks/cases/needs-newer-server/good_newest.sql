CREATE TABLE t (id bigint, double bigint GENERATED ALWAYS AS (id * 2) VIRTUAL);
SELECT uuidv7();
