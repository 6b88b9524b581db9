"""Whether a database is what it should be: the same objects, the right rows, and behaviour as its constraints say."""
