"""The Nosana programs, a folder each: pure instruction builders, formulas, queries, and actions in the user's words."""
