"""Building a release, and refusing one."""
