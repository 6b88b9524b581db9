CREATE SCHEMA shop;
CREATE SCHEMA accounts;
CREATE TABLE accounts.people (id bigint PRIMARY KEY);
CREATE TABLE shop.carts (person bigint REFERENCES accounts.people);
-- migration
CREATE TABLE shop.orders (person bigint REFERENCES accounts.people, cart bigint);
CREATE VIEW shop.names AS SELECT * FROM accounts.people;
