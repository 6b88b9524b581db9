ALTER TABLE bills ADD COLUMN total_amount double precision;
