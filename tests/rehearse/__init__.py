"""Rehearsals on real servers."""
