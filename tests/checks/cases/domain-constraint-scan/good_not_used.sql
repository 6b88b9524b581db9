CREATE DOMAIN amount AS numeric;
CREATE TABLE orders (total numeric);
-- migration
ALTER DOMAIN amount SET NOT NULL;
