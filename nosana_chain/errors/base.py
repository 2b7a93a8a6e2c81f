"""The root of every exception, and what a second attempt after one would mean for money."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class Retry(StrEnum):
    """What may be done after an error without paying twice."""

    NEVER = "never"  #: the same call will fail again: change something first
    SAME = "same"  #: nothing was decided: the same call may be made again
    RESIGN = "resign"  #: the transaction can never land any more: signing a new one is safe
    CHECK_FIRST = "check-first"  #: it may have landed: look on chain before anything else


class NosanaError(Exception):
    """Base of every exception that this package raises on purpose.

    Args:
        message: the fact, the value, and the way out.
        **facts: what programs need to know, each also an attribute of the exception.
    """

    code: ClassVar[str] = "nosana"
    retry: Retry = Retry.NEVER

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        self.__dict__.update(facts)

    def add_facts(self, **facts: Any) -> None:
        """Tell more, once it is known; a fact that is told already stays."""
        self.facts = {**facts, **self.facts}
        self.__dict__.update(self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the facts: errors cross process boundaries in test runs and worker pools."""
        return _rebuild, (type(self), self.message, self.facts), self.__dict__

    def as_json(self) -> dict[str, Any]:
        """The error as plain JSON values, for `--output json` and structured logs."""
        facts = {name: _plain(value) for name, value in self.facts.items()}
        return {"code": self.code, "retry": self.retry.value, "message": self.message, **facts}

    def look_first(self) -> None:
        """From now on this error says *check-first*: signed bytes had left when it came up."""
        self.retry = Retry.CHECK_FIRST


def _rebuild(kind: type[NosanaError], message: str, facts: dict[str, Any]) -> NosanaError:
    return kind(message, **facts)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return f"a number of {value.bit_length()} bits"
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


_MAX_BITS = 256  # Python refuses to write integers of more than 4300 digits
