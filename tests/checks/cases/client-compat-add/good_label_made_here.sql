CREATE TYPE state AS ENUM ('open');
ALTER TYPE state ADD VALUE 'paid';
