CREATE TABLE event (id bigint NOT NULL, day date NOT NULL, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE event_2 (id bigint NOT NULL, day date NOT NULL, kind text);
-- migration
ALTER TABLE event ADD COLUMN weight int DEFAULT 1;
ALTER TABLE event_2 ADD COLUMN weight int;
ALTER TABLE event DETACH PARTITION event_1;
ALTER TABLE event ALTER COLUMN kind TYPE varchar(20);
DROP TABLE event;
