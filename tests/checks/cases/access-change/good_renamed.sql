ALTER VIEW titles RENAME TO headings;
ALTER POLICY own ON doc RENAME TO mine;
