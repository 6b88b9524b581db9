CREATE TABLE a (id bigint PRIMARY KEY, at timestamptz, done boolean, seen boolean, name text);
