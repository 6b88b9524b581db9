-- state
CREATE TABLE seats (id bigint PRIMARY KEY, place int NOT NULL UNIQUE DEFERRABLE);
