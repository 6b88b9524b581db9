CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
CLUSTER archive USING archive_pkey;
