-- state
CREATE TABLE services (tenant bigint NOT NULL, service text NOT NULL, UNIQUE (tenant, service));
CREATE TABLE others (tenant bigint, service text NOT NULL);
CREATE UNIQUE INDEX ON others (tenant, service) WHERE tenant IS NOT NULL;
