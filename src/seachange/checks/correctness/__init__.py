"""Checks about what does not do what it says."""
