"""CIDs as text when they are asked for: base58 takes longer than all the rest of reading an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from nosana_chain.cid import cid_from_digest

T = TypeVar("T")


def cid_text(**absent: str | None) -> Callable[[type[T]], type[T]]:
    """Let these fields of a slotted dataclass hold 32 bytes of a digest until their CID is asked for.

    Args:
        absent: for each field, what a digest of all zeros is read as.
    """

    def changed(kind: type[T]) -> type[T]:
        for name, nothing in absent.items():
            setattr(kind, name, _CidText(kind.__dict__[name], nothing))
        return kind

    return changed


class _CidText:
    """A slot whose bytes become text at the first look."""

    def __init__(self, slot: Any, nothing: str | None) -> None:
        self._slot, self._nothing = slot, nothing

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        held = self._slot.__get__(owner)
        if isinstance(held, bytes):
            held = cid_from_digest(held) or self._nothing
            self._slot.__set__(owner, held)
        return held

    def __set__(self, owner: Any, value: str | bytes | None) -> None:
        self._slot.__set__(owner, value)
