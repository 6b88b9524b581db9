GRANT SELECT ON orders TO reports;
GRANT writers TO app;
