"""The documentation's sources: docs/, the root's pages, and what is read out of the package, in one folder."""
