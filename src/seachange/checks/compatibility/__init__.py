"""Checks about what the database and its users expect."""
