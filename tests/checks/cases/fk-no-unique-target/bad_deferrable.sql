CREATE TABLE products (id bigint PRIMARY KEY, code text UNIQUE DEFERRABLE);
-- migration
CREATE TABLE reviews (product text REFERENCES products (code));
