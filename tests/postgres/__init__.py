"""What talks to a server."""
