"""Writes the synchronous facade from the asynchronous classes: behind scripts/generate-sync."""
