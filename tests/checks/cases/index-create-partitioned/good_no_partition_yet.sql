CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
-- migration
CREATE INDEX events_id ON events (id);
