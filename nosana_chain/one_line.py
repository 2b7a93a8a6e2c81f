"""Values on one line: addresses and signatures as people write them, where solders breaks the line for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

T = TypeVar("T")


def one_line(kind: type[T]) -> type[T]:
    """Let a dataclass show itself on one line; what it keeps out of its repr stays out."""
    setattr(kind, "__repr__", _shown_fields)  # noqa: B010  a slotted dataclass is made anew: only now is it final
    return kind


def _shown_fields(self: Any) -> str:
    shown = (f"{one.name}={_shown(getattr(self, one.name))}" for one in fields(self) if one.repr)
    return f"{type(self).__name__}({', '.join(shown)})"


def _shown(value: Any) -> str:
    if isinstance(value, (Pubkey, Signature)):
        return str(value)
    if isinstance(value, tuple) and type(value) is tuple:
        items = ", ".join(map(_shown, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_shown(key)}: {_shown(item)}" for key, item in value.items()) + "}"
    return repr(value)
