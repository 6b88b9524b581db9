CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE events (customer bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
ALTER TABLE events_rest ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers;
-- migration
ALTER TABLE events ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers;
