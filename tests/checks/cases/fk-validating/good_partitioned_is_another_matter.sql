CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE events (customer bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
-- migration
ALTER TABLE events ADD FOREIGN KEY (customer) REFERENCES customers;
