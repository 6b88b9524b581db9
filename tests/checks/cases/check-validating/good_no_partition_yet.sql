CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);
-- migration
ALTER TABLE events ADD CHECK (id > 0);
