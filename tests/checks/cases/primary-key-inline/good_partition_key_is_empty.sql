CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
-- migration
ALTER TABLE events ADD PRIMARY KEY (id, day);
