CREATE TABLE goods (id bigint PRIMARY KEY);

-- migration
CREATE TABLE IF NOT EXISTS goods (id bigint PRIMARY KEY, price numeric(10, 2));
