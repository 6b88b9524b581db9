"""How PostgreSQL's objects come, go and change: a module for each sort of them.  `table.py` has them all.

Nothing is imported here, so that who needs one of the modules does not load all.
"""
