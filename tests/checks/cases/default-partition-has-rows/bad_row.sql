-- state
CREATE TABLE events (id bigint) PARTITION BY RANGE (id);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events VALUES (5);
