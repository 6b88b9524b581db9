CREATE TABLE reviews (product bigint REFERENCES products (id));
