"""What each kind of statement makes of what was there, one module for each sort of object."""
