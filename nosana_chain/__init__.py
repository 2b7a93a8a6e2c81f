"""Python toolkit for Nosana's GPU market on Solana."""
