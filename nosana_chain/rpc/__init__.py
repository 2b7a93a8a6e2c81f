"""The wire: asking a cluster, and building, signing, sending and confirming transactions, each on its own."""
