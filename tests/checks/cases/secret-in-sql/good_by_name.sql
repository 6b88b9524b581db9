CREATE USER MAPPING FOR app SERVER other OPTIONS (user 'app', password_required 'false');
