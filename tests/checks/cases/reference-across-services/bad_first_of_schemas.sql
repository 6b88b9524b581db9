CREATE SCHEMA shop;
CREATE SCHEMA accounts;
CREATE TABLE accounts.people (id bigint PRIMARY KEY);
-- migration
CREATE TABLE shop.orders (person bigint REFERENCES accounts.people);
