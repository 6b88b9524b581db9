CREATE TABLE bills (total numeric(12, 2), weight real, latitude double precision);
