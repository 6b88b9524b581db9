"""The main job, and what it hands over."""
