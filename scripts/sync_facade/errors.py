"""What can be wrong with a class."""


class FacadeError(Exception):
    """A class that no facade can be written of, as it is."""
