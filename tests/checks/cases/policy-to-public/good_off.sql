-- state
CREATE TABLE doc (id bigint);
CREATE POLICY own ON doc USING (id > 0);
