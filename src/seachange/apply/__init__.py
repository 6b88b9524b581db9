"""A plan applied to the database that it was made for."""
