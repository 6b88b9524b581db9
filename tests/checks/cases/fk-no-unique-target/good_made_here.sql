CREATE TABLE t (id bigint);
-- migration
CREATE TABLE products (id bigint PRIMARY KEY);
CREATE TABLE reviews (product bigint REFERENCES products);
