ALTER TABLE doc SET (fillfactor = 70);
