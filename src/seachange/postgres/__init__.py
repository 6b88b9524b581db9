"""The only package that talks to a server: connections, servers, scratch databases, and the reading of catalogs."""
