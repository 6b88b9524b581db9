-- server 16
SET transaction_timeout = '5s';
