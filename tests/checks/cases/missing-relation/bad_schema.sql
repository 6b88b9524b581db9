CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration
CREATE TABLE audit.log (id bigint);
