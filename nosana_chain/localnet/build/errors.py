"""What can go wrong in a build."""


class BuildError(Exception):
    """The local programs can't be built; the message says why, and what to do."""
