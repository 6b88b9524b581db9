CREATE INDEX offers_open ON offers (id) WHERE until > CURRENT_TIMESTAMP;
