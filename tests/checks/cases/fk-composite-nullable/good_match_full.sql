-- state
CREATE TABLE orders (tenant bigint, number bigint, PRIMARY KEY (tenant, number));
CREATE TABLE lines (tenant bigint NOT NULL, number bigint, FOREIGN KEY (tenant, number) REFERENCES orders MATCH FULL);
CREATE TABLE notes (tenant bigint NOT NULL, number bigint NOT NULL, FOREIGN KEY (tenant, number) REFERENCES orders);
