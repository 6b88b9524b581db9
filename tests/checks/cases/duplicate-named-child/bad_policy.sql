CREATE TABLE t (id bigint);
CREATE POLICY own ON t USING (true);
-- migration
CREATE POLICY own ON t USING (id > 0);
