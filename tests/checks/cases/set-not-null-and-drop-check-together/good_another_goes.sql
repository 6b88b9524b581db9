CREATE TABLE orders (total numeric CONSTRAINT total_there CHECK (total IS NOT NULL), note text CONSTRAINT short CHECK (length(note) < 9));
-- migration
ALTER TABLE orders ALTER COLUMN total SET NOT NULL, DROP CONSTRAINT short;
