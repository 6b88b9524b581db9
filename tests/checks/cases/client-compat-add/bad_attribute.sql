ALTER TYPE place ADD ATTRIBUTE floor integer;
