-- state
CREATE TABLE jobs (what regprocedure, other regclass);
