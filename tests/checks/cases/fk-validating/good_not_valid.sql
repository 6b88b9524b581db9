ALTER TABLE orders ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID;
