"""The staking program: NOS locked for a duration, weighed in xNOS."""
