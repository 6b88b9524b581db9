CREATE TABLE products (id bigint PRIMARY KEY, code text, part int);
CREATE UNIQUE INDEX products_code ON products (code, part);
-- migration
CREATE TABLE reviews (id bigint REFERENCES products, part int, code text,
    FOREIGN KEY (part, code) REFERENCES products (part, code));
