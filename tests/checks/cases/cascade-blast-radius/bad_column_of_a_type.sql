CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE people (id bigint PRIMARY KEY, feels mood);

-- migration
DROP TYPE mood CASCADE;
