CREATE TYPE state AS ENUM ('open', 'paid');
-- migration
ALTER TYPE state ADD VALUE 'paid';
