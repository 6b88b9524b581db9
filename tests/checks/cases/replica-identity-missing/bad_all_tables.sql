-- state
CREATE TABLE events (id bigint);
CREATE PUBLICATION everything FOR ALL TABLES;
