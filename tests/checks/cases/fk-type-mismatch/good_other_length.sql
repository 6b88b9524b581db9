-- state
CREATE TABLE towns (code varchar(10) PRIMARY KEY);
CREATE TABLE people (id bigint PRIMARY KEY, town varchar(20) REFERENCES towns);
