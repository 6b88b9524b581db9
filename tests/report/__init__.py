"""Reports and what they are rendered to."""
