ALTER POLICY own ON doc USING (id > 0);
