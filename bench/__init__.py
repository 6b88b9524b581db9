"""How fast reading and comparing are, as ratios to peers within one run.  `python -m bench`."""
