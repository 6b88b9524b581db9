ALTER TYPE mood ADD VALUE 'fair' AFTER 'good';
ALTER TYPE mood RENAME VALUE 'bad' TO 'sad';
