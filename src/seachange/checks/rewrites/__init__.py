"""Checks about tables written anew and read whole."""
