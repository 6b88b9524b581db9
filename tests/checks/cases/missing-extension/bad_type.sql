CREATE TABLE orders (id bigint);
-- migration
CREATE TABLE people (mail citext);
