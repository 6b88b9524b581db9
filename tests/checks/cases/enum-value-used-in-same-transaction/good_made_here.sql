BEGIN;
CREATE TYPE mood AS ENUM ('good');
ALTER TYPE mood ADD VALUE 'fair' AFTER 'good';
CREATE TABLE people (id bigint, feels mood DEFAULT 'fair');
COMMIT;
