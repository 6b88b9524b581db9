CREATE DOMAIN code AS text;
CREATE TABLE products (id bigint PRIMARY KEY, name varchar(20) UNIQUE, price numeric UNIQUE, at timestamptz UNIQUE);
-- migration
CREATE TABLE reviews (product smallint REFERENCES products, name code REFERENCES products (name),
    price integer REFERENCES products (price), at date REFERENCES products (at));
