"""The jobs program: markets, jobs and the hosts that run them."""
