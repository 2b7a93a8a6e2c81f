"""Layouts, instructions and errors of the six programs, generated from idl/ by scripts/generate-bindings."""
