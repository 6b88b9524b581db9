"""What each kind of statement does to relations that are there, one module for each sort of object."""
