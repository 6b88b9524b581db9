BEGIN;
CREATE TABLE notes (text text);
REINDEX TABLE notes;
COMMIT;
