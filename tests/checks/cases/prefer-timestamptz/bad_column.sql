CREATE TABLE visits (at timestamp, until timestamp(3) without time zone);
