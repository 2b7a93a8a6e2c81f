"""IPFS as jobs use it: pinning what is posted, and fetching what hosts pinned, held to its CID."""
