"""Checks about what makes queries slow."""
