"""The nodes program: what hosts declare about their machines."""
