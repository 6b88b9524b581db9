"""The tests.  They run on real servers only."""
