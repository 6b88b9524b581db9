ALTER TABLE people ALTER COLUMN name TYPE varchar(200) USING name::varchar(200);
