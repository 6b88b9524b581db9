CREATE TABLE visits (at timestamptz, until timestamp(3) with time zone, day date, hour time);
