SET lock_timeout = '1s';
ALTER TABLE orders ALTER CONSTRAINT customer NOT DEFERRABLE;
