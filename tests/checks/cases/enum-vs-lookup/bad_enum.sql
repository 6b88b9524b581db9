CREATE TYPE shop.state AS ENUM ('open', 'paid');
