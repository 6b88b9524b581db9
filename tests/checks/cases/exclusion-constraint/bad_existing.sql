ALTER TABLE bookings ADD CONSTRAINT no_two EXCLUDE USING gist (during WITH &&);
