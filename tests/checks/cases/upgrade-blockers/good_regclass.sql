CREATE TABLE jobs (what regclass, who regrole, which regtype, name text);
