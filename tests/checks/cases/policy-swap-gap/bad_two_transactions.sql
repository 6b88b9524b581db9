DROP POLICY own ON doc;
CREATE POLICY own ON doc USING (id > 0);
