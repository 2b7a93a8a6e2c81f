"""The merkle distributor: tokens for a fixed list of claimants, proved leaf by leaf. Nosana votes with it, too."""
