-- state
CREATE TABLE orders (id bigint PRIMARY KEY, year integer, part smallint, UNIQUE (year));
