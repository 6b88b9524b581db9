CREATE TABLE country (id bigint PRIMARY KEY);
GRANT SELECT ON country TO anon;
