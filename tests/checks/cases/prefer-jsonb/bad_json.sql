ALTER TABLE events ADD body json;
