ALTER POLICY own ON doc TO app;
