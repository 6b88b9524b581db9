CREATE TABLE events (at date);

-- migration
DROP TABLE events;
