"""Values that must not be seen: in a repr, in a traceback with locals, in a pickle, in a dump of a dataclass.

Monitoring tools and rich tracebacks show what local variables hold, by its repr. So whatever may be a key or an
endpoint's token is one of these from the moment it comes in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NoReturn, SupportsIndex, TypeVar

Kept = TypeVar("Kept")

_HIDDEN = "(hidden)"


class SecretText(str):
    """A text like any other for whoever uses it; its repr, and that of its slices, doesn't show it.

    `str()` of it, and what other methods give back, are plain texts.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return _HIDDEN

    def __getitem__(self, key: SupportsIndex | slice) -> SecretText:
        return SecretText(super().__getitem__(key))  # how rich cuts a long text before it shows its repr

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles and deep copies, and so `dataclasses.asdict`: all would spread the secret."""
        raise TypeError("this text can't be pickled or dumped: it may hold a key or the token of an endpoint")


class Secret(Generic[Kept]):
    """Holds a value that nothing shows.

    Args:
        value: anything; `reveal()` gives it back.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], Kept]

    def __init__(self, value: Kept) -> None:
        self.reveal = lambda: value  # in a closure: an attribute could be listed

    def __repr__(self) -> str:
        return _HIDDEN

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles and copies: both would spread the secret."""
        raise TypeError("a secret can't be pickled or copied")


def hidden(value: Any) -> Any:
    """The same value with every text in it hidden: of a text, or of a tuple or list of them. Others stay."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(hidden, value))
    return SecretText(value) if isinstance(value, str) else value
