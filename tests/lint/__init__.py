"""Lint: what is said of scripts and states, and what becomes of it."""
