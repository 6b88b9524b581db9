CREATE OR REPLACE VIEW members AS SELECT id, born FROM people;
