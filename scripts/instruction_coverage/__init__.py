"""The table of all instructions in nosana_chain/programs/README.md."""
