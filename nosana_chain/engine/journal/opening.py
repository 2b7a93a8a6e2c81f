"""From a setting to a journal."""

from __future__ import annotations

import os
from enum import Enum

from nosana_chain.engine.journal.interface import Journal
from nosana_chain.engine.journal.postgres import PostgresJournal
from nosana_chain.engine.journal.sqlite import MemoryJournal, SqliteJournal
from nosana_chain.engine.journal.sqlite_database import IN_MEMORY
from nosana_chain.errors import InputError

_POSTGRES = ("postgresql://", "postgres://")


class Place(Enum):
    """Where a journal is kept if nobody says it."""

    USER = "user"  #: the file of the user


def open_journal(setting: Journal | str | os.PathLike[str] | Place | None = Place.USER) -> Journal | None:
    """The journal that a setting means; it is opened by its first call, so nothing is read or made here.

    Args:
        setting: a path, "postgresql://…", ":memory:", a journal (given back), or None for going without one.

    Raises:
        ConfigError: PostgreSQL is asked for, and its driver is missing or the URL is none.
        InputError: a URL of another kind, or an empty path.
    """
    if setting is None:
        return None
    if setting is Place.USER:
        return SqliteJournal()
    if isinstance(setting, (str, os.PathLike)):
        return _named(os.fspath(setting))
    if isinstance(setting, Place):
        raise InputError(f"no such place: {setting}")
    return setting


def _named(name: str) -> Journal:
    if name.lower().startswith(_POSTGRES):
        return PostgresJournal(name)
    if name == IN_MEMORY:
        return MemoryJournal()
    if not name or "://" in name:  # the rest isn't shown: it may hold a password
        kind = name.partition("://")[0][:20] if name else ""
        raise InputError(f"a journal is a path, postgresql://… or :memory:, not {kind!r}")
    return SqliteJournal(name)
