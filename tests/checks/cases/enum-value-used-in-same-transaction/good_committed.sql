ALTER TYPE mood ADD VALUE 'fair' AFTER 'good';
INSERT INTO people (id, feels) VALUES (1, 'fair');
