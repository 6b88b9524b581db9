-- state
CREATE TABLE a (id bigint UNIQUE);
