"""What a database holds: facts under their addresses, and what depends on what.

Pure data.  Nothing here talks to a server; `seachange.postgres.extract` fills a catalog.
"""
