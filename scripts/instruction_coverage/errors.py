"""What goes wrong here."""


class CoverageError(Exception):
    """An instruction, or the page, lacks something."""
