ALTER TABLE people ADD CONSTRAINT people_mail UNIQUE USING INDEX people_mail;
