SELECT 'password=geheim';
