CREATE TYPE state AS ENUM ('open');
CREATE TABLE t (state state);
-- migration
DROP TYPE state;
