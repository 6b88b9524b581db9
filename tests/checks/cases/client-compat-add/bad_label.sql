ALTER TYPE state ADD VALUE IF NOT EXISTS 'returned' AFTER 'paid';
