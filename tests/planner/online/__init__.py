"""What is done while others use the tables."""
