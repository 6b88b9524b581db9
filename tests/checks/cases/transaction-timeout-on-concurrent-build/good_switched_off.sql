SET transaction_timeout = 0;
VACUUM orders;
