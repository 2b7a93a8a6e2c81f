"""Where each value of a JSON text stands, for messages that point at it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Steps = tuple[str | int, ...]  #: from the whole to a value in it: keys and positions

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SHOWN_KEY = 60  # characters of a key that a path repeats


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text, as editors count: line and column from 1."""

    line: int
    column: int


@dataclass(slots=True)
class _Open:
    """An object or a list that the reader is in."""

    is_object: bool
    step: str | int = 0
    at: int = 0  # where the item begins: at its key, in an object
    awaits_key: bool = False


def json_offsets(text: str) -> Iterator[tuple[Steps, int]]:
    """Each value of a JSON text with where it begins; in an object, that is at its key.

    Args:
        text: valid JSON. A key that is there twice comes twice.
    """
    opened: list[_Open] = []
    for token in _TOKEN.finditer(text):
        mark, inner = token[0][0], opened[-1] if opened else None
        if mark in "}]":
            opened.pop()
        elif mark == "," and inner is not None:
            _go_on(inner)
        elif inner is not None and inner.awaits_key:
            inner.step, inner.at, inner.awaits_key = json.loads(token[0]), token.start(), False
        elif mark != ":":
            at = inner.at if inner is not None and inner.is_object else token.start()
            yield tuple(each.step for each in opened), at
            if mark in "{[":
                opened.append(_Open(is_object=mark == "{", awaits_key=mark == "{"))


def _go_on(inner: _Open) -> None:
    if inner.is_object:
        inner.awaits_key = True
    elif isinstance(inner.step, int):
        inner.step += 1


def json_places(text: str) -> dict[Steps, Place]:
    """Where each value of a JSON text stands; the first of equal keys counts."""
    starts = [0, *(end.end() for end in re.finditer("\n", text))]  # of lines
    found: dict[Steps, Place] = {}
    for steps, offset in json_offsets(text):
        line = bisect_right(starts, offset)
        found.setdefault(steps, Place(line, offset - starts[line - 1] + 1))
    return found


def twice_there(text: str) -> tuple[Steps, Place] | None:
    """The first key of a JSON text that is in its object for the second time."""
    seen: set[Steps] = set()
    for steps, offset in json_offsets(text):
        if steps in seen:
            return steps, place_of(text, offset)
        seen.add(steps)
    return None


def place_of(text: str, offset: int) -> Place:
    """Line and column of a position in a text."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def nearest(places: Mapping[Steps, Place], steps: Steps) -> Place:
    """The place of a value, or of the nearest one around it: what isn't there has no place of its own."""
    while steps and steps not in places:
        steps = steps[:-1]
    return places.get(steps, Place(1, 1))


def json_path(steps: Steps) -> str:
    """The way to a value as people write it: `$.ops[0].args["a key"]`."""
    return "$" + "".join(map(_written, steps))


def _written(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if len(step) > _SHOWN_KEY:
        step = step[:_SHOWN_KEY] + "…"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{json.dumps(step)}]"
