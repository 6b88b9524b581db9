CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigint PRIMARY KEY);

-- migration
DROP SCHEMA billing CASCADE;
