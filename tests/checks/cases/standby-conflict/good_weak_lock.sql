CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
COMMENT ON TABLE orders IS 'What was bought';
