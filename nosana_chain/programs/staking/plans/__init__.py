"""Plans of the staking program: what is seen, what follows from it, and what a result is read from. Pure."""
