"""A script that was written for one database made to fit another, and proved there."""
