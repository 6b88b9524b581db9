CREATE TABLE people (country char(2), sex char, old national character(3));
