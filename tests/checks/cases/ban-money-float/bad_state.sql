-- state
CREATE TABLE bills (price real);
