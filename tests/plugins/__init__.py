"""Fixtures that every test may ask for, a module for each subject."""

pytest_plugins = ["tests.plugins.servers", "tests.plugins.states", "tests.plugins.program"]
