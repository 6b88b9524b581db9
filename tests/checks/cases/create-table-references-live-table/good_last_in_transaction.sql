BEGIN;
CREATE TABLE orders (customer bigint REFERENCES customers);
COMMIT;
