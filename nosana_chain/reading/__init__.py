"""What a transaction says and did: failures by name, explanations in words, movements. Pure: no network."""
