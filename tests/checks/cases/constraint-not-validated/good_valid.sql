-- state
CREATE TABLE goods (id bigint PRIMARY KEY, price numeric CHECK (price >= 0));
