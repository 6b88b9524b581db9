-- state
CREATE TABLE a (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE TABLE c (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
