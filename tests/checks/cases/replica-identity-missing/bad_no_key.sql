-- state
CREATE TABLE events (id bigint);
CREATE PUBLICATION all_events FOR TABLE events;
