CREATE TABLE orders (id bigint);
-- migration
CREATE EXTENSION "uuid-ossp";
ALTER TABLE orders ADD COLUMN token uuid DEFAULT uuid_generate_v4();
