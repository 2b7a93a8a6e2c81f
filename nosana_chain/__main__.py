"""`python -m nosana_chain`: the command line."""

from nosana_chain.cli.main import main

main()
