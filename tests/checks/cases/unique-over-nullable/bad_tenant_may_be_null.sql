-- state
CREATE TABLE services (tenant bigint, service text NOT NULL, UNIQUE (tenant, service));
