DROP POLICY old ON doc;
CREATE POLICY own ON doc USING (id > 0);
