CREATE TABLE audit_log (id bigint PRIMARY KEY);
GRANT ALL ON audit_log TO anon;
