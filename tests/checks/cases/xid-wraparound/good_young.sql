-- state
CREATE TABLE a (id bigint PRIMARY KEY) WITH (autovacuum_freeze_max_age = 100000);
