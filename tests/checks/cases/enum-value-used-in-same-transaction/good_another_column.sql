CREATE TYPE mood AS ENUM ('good');
CREATE TABLE weather (id bigint PRIMARY KEY, sky text);

-- migration
BEGIN;
ALTER TYPE mood ADD VALUE 'fair' AFTER 'good';
INSERT INTO weather VALUES (1, 'fair');
COMMIT;
