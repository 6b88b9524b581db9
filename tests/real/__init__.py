"""Real databases and other tools' cases, read and compared."""
