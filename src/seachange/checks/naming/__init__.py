"""Checks about names and types."""
