"""A module for each noun, imported when it is called."""
