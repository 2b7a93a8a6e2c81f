"""The parts of scripts/generate-bindings."""
