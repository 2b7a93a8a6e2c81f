"""What the journal asks of a store: a synchronous connection that one thread uses, with SQL that both stores know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from nosana_chain.errors import NosanaError

T = TypeVar("T")
Ask = TypeVar("Ask")

Row: TypeAlias = tuple[Any, ...]
Answer: TypeAlias = T | NosanaError  #: what a call gives, or why it was refused
#: Answers calls that wait together, in one transaction. Refusals come back, all else is raised; nothing of a refused
#: call is written. Carried out again after a lost connection, it gives the same answers.
Work: TypeAlias = Callable[["Database", Sequence[Ask]], list[Answer[T]]]


class Database(Protocol):
    """A connection. Parameters stand as `?` in the SQL. Errors of the driver pass; `failure` says what they mean."""

    place: str  #: path, or server without the password
    bytes_type: str  #: what a column of bytes is called

    def begin(self) -> None:
        """Start the only transaction that may write now, here and in all other processes."""

    def commit(self) -> None:
        """Make it durable: it survives a power cut from here on."""

    def rollback(self) -> None:
        """Undo it. Never raises."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Carry out one statement; the rows it gives."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Carry out one statement for each row of parameters."""

    def now(self) -> int:
        """Wall time in microseconds since 1970, the same for all processes that share the store."""

    def set_version(self, version: int) -> None:
        """Write down the version of the schema."""

    def close(self) -> None:
        """Give the connection back. Never raises."""


class Store(Protocol):
    """Where a journal is kept, and how its driver fails."""

    place: str
    patience: float  #: seconds for which a store that comes back is waited for

    def connect(self) -> Database:
        """Open it, made and migrated as needed.

        Raises:
            JournalError: it can't be used.
        """

    def is_passing(self, error: BaseException, /) -> bool:
        """Whether the store may be back soon, so that the same work is worth a second try on a new connection."""

    def is_fatal(self, error: BaseException, /) -> bool:
        """Whether all other work would fail the same way."""

    def failure(self, error: BaseException, /) -> Exception:
        """The driver's error in the user's words."""


def each(work: Callable[[Database, Ask], T]) -> Work[Ask, T]:
    """Work that answers one call after the other; what it raises on purpose, it raises before it writes."""

    def answer(database: Database, calls: Sequence[Ask]) -> list[Answer[T]]:
        return [_answer(work, database, call) for call in calls]

    return answer


def _answer(work: Callable[[Database, Ask], T], database: Database, call: Ask) -> Answer[T]:
    try:
        return work(database, call)
    except NosanaError as refusal:
        return refusal


def marks(count: int) -> str:
    """`count` places for parameters."""
    return ",".join("?" * count)
