"""Token accounts of SPL Token, of any mint."""
