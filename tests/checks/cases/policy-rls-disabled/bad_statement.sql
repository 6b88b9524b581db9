CREATE TABLE doc (id bigint PRIMARY KEY);
CREATE POLICY own ON doc USING (id > 0);
