REVOKE writers FROM app;
