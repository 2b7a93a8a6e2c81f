"""What users see of the chain: frozen dataclasses whose fields have units."""
