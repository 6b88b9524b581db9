-- state
CREATE TABLE towns (id bigint PRIMARY KEY);
CREATE TABLE capitals (PRIMARY KEY (id)) INHERITS (towns);
