-- state
CREATE TABLE visits (at timestamp(3) without time zone);
