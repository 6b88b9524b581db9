CREATE TABLE product_rows (id bigint PRIMARY KEY);
CREATE VIEW products AS SELECT * FROM product_rows;
-- migration
CREATE TABLE reviews (product bigint REFERENCES products (id));
