CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
CREATE INDEX a ON orders (customer);
-- migration
ALTER INDEX a RENAME TO b;
