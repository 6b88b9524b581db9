"""seachange carries a PostgreSQL database from the state it is in to the state it should be in."""

__version__ = "0.1.0"
