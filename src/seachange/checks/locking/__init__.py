"""Checks about what is held while others wait."""
