CREATE TABLE jobs (what regproc);
