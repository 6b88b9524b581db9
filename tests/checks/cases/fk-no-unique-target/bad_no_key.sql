CREATE TABLE products (id bigint, code text);
-- migration
CREATE TABLE reviews (product bigint REFERENCES products (id));
