CREATE TABLE products (id uuid PRIMARY KEY);
-- migration
CREATE TABLE reviews (product bigint REFERENCES products (id));
