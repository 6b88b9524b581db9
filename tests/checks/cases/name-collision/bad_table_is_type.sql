CREATE TYPE state AS ENUM ('open');
-- migration
CREATE TABLE state (id bigint);
