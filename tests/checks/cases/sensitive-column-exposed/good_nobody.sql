-- state
CREATE TABLE account (id bigint PRIMARY KEY, password text);
