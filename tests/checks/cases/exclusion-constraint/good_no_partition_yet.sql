CREATE TABLE bookings (room int, during tsrange) PARTITION BY LIST (room);
-- migration
CREATE TABLE other (during tsrange);
BEGIN;
DROP TABLE other;
CREATE TABLE other (during tsrange);
ALTER TABLE other ADD CONSTRAINT no_two EXCLUDE USING gist (during WITH &&);
COMMIT;
