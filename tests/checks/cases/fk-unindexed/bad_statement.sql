CREATE TABLE b (id bigint PRIMARY KEY, a bigint REFERENCES a);
