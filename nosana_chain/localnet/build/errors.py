"""What can go wrong in a build of the local programs."""


class BuildError(Exception):
    """The programs can't be built; the message says why, and what to do."""
