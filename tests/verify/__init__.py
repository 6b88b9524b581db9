"""Verifications on real servers."""
