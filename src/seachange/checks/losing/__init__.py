"""Checks about what is gone afterwards."""
