-- state
CREATE TABLE visits (at timestamp(3) with time zone);
