CREATE TABLE shop.orders (person bigint REFERENCES accounts.people);
