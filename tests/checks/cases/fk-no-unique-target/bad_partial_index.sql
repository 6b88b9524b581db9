CREATE TABLE products (id bigint PRIMARY KEY, code text);
CREATE UNIQUE INDEX products_code ON products (code) WHERE id > 0;
-- migration
CREATE TABLE reviews (product text REFERENCES products (code));
