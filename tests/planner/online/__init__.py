"""What others notice while a plan runs on tables that they use."""
