CREATE TABLE orders (id bigint);
-- migration
CREATE EXTENSION no_such_extension;
