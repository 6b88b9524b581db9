-- state
CREATE TABLE people (country char(2));
