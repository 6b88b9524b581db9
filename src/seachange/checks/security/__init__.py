"""Checks about who may see and do what."""
