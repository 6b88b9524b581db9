CREATE TABLE bills (sum money);
