"""Plans applied."""
