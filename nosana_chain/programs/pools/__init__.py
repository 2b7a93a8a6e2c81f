"""The pools program: tokens released at a steady rate, for vesting and for the rewards of stakers."""
