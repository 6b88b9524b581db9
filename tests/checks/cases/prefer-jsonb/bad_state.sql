-- state
CREATE TABLE events (bodies json[]);
