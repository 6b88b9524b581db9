CREATE TABLE state (id bigint);
-- migration
CREATE TYPE state AS ENUM ('open');
