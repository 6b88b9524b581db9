-- state
CREATE TABLE events (id bigint PRIMARY KEY);
CREATE TABLE notes (id bigint);
ALTER TABLE notes REPLICA IDENTITY FULL;
CREATE TABLE logs (id bigint);
CREATE PUBLICATION all_events FOR TABLE events, notes;
CREATE PUBLICATION all_logs FOR TABLE logs WITH (publish = 'insert');
