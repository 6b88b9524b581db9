ALTER DOMAIN positive DROP CONSTRAINT positive_check;
