BEGIN;
CREATE TABLE bookings (during tsrange);
ALTER TABLE bookings ADD CONSTRAINT no_two EXCLUDE USING gist (during WITH &&);
COMMIT;
