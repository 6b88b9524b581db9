"""SQL as text: names and values written, scripts taken apart.  Talks to no server."""
