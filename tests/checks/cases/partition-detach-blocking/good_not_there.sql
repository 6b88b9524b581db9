CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, total numeric);
-- migration
ALTER TABLE IF EXISTS events DETACH PARTITION events_2024;
