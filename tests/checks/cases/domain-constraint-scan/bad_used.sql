CREATE DOMAIN amount AS numeric;
CREATE TABLE orders (total amount);
-- migration
ALTER DOMAIN amount SET NOT NULL;
