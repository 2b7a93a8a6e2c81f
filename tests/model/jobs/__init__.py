"""The jobs program: markets with a queue, jobs, and their runs."""

from model.jobs import markets, posting, repair, running

__all__ = ["markets", "posting", "repair", "running"]
