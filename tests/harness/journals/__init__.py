"""What the suites of the journal share: actors, the rules that every store keeps, and a PostgreSQL server."""
