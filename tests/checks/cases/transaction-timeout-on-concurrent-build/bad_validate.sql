SET transaction_timeout = '5s';
ALTER TABLE orders VALIDATE CONSTRAINT positive;
