CREATE TABLE a (done boolean, id bigint PRIMARY KEY, seen boolean, at timestamptz);
