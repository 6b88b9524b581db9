CREATE INDEX orders__customer ON orders (customer);
