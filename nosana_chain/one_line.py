"""How values show themselves: on one line, addresses as people write them (solders breaks it for each); or as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

T = TypeVar("T")


def one_line(kind: type[T]) -> type[T]:
    """Let a dataclass show itself on one line, and in notebooks as a table; what it keeps out of its repr stays out."""
    setattr(kind, "__repr__", _shown_fields)  # noqa: B010  a slotted dataclass is made anew: only now is it final
    setattr(kind, "_repr_html_", _html)  # noqa: B010  likewise
    return kind


def _html(self: Any) -> str:
    from nosana_chain.notebook import record_html, text_html  # noqa: PLC0415  only notebooks ask

    if "__str__" not in vars(type(self)):
        return record_html(self)
    text = str(self)  # its own words: a block of them stands for itself, and a line above the fields
    return text_html(text) if "\n" in text else record_html(self, caption=text)


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
