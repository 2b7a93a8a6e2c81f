"""What a value may look like, as tables: each shape tells what is wrong with a value, and where in it.

JSON Schema could say nearly the same, but a validator of it answers a union of shapes with "is not valid under any of
the given schemas". Here a union picks the shape that was meant, by the value itself, and tells what is wrong with that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Protocol

from nosana_chain.job_definition.places import Steps

_SHOWN = 40  # characters of a word that errors repeat


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong with a value; `steps` lead to it."""

    steps: Steps
    message: str


class Shape(Protocol):
    """One kind of value."""

    @property
    def name(self) -> str:
        """What it is, to follow "must be "."""

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """What is wrong with `value`, to which `steps` lead."""


def described(value: Any) -> str:
    """What kind of value it is; never the value itself, which may be a secret."""
    names = {bool: "true or false", str: "text", dict: "an object", list: "a list", type(None): "null"}
    return names.get(type(value), "a number")


def _other_than(name: str, value: Any, steps: Steps) -> Wrong:
    return Wrong(steps, f"must be {name}, not {described(value)}")


@dataclass(frozen=True, slots=True)
class Simple:
    """A value of one of JSON's plain types."""

    name: str
    types: tuple[type, ...]

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        if type(value) not in self.types:
            yield _other_than(self.name, value, steps)


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value at all."""

    name: str = "any value"

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:  # noqa: ARG002  the interface
        """See `Shape`."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Words:
    """One of a few texts."""

    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """See `Shape`."""
        return " or ".join(f'"{word}"' for word in self.words)

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        if not isinstance(value, str):
            yield _other_than(self.name, value, steps)
        elif value not in self.words:
            yield Wrong(steps, f"must be {self.name}, not {value[:_SHOWN]!r}{did_you_mean(value, self.words)}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text of a certain form."""

    name: str
    form: re.Pattern[str]

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        if not isinstance(value, str):
            yield _other_than(self.name, value, steps)
        elif not self.form.fullmatch(value):
            yield Wrong(steps, f"must be {self.name}")


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one shape; `further` tells what is wrong between them."""

    item: Shape
    name: str = "a list"
    further: Callable[[list[Any], Steps], Iterator[Wrong]] = lambda _items, _steps: iter(())

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        if not isinstance(value, list):
            yield _other_than(self.name, value, steps)
            return
        for position, item in enumerate(value):
            yield from self.item.wrongs(item, (*steps, position))
        yield from self.further(value, steps)


@dataclass(frozen=True, slots=True)
class Record:
    """An object: known keys, those of them that must be there, and the shape of all others (None: there are none)."""

    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    others: Shape | None = None
    name: str = "an object"

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        if not isinstance(value, dict):
            yield _other_than("an object", value, steps)
            return
        for key, item in value.items():
            shape = self.fields.get(key, self.others)
            if shape is None:
                yield Wrong((*steps, key), f"is no key that {self.name} has{self._meant(key, value)}")
            else:
                yield from shape.wrongs(item, (*steps, key))
        for key in self.required:
            if key not in value:
                yield Wrong((*steps, key), f"is missing: {self.fields[key].name}")

    def _meant(self, key: str, value: Mapping[str, Any]) -> str:
        """The key that was meant, or all that there are."""
        free = [name for name in self.fields if name not in value]
        return did_you_mean(key, free) or f"; the known ones are {', '.join(self.fields)}"


@dataclass(frozen=True, slots=True)
class Union:
    """One of several shapes; `pick` tells which of them a value was meant to be, or None."""

    name: str
    pick: Callable[[Any], Shape | None]

    def wrongs(self, value: Any, steps: Steps) -> Iterator[Wrong]:
        """See `Shape`."""
        shape = self.pick(value)
        if shape is None:
            yield _other_than(self.name, value, steps)
        else:
            yield from shape.wrongs(value, steps)


def did_you_mean(given: str, known: tuple[str, ...] | list[str]) -> str:
    """A hint at the nearest of the known words; empty where none is near."""
    by_lower = {word.lower(): word for word in known}
    near = get_close_matches(given[:_SHOWN].lower(), by_lower, n=1)
    return f'; did you mean "{by_lower[near[0]]}"?' if near else ""
