"""The way of an action: building, simulating, pricing, signing, sending, confirming, each on its own."""
