CREATE TABLE people (country text, char text CHECK (length(char) = 2));
