"""What a monitoring tool sees of an exception: every local variable of every frame, of every exception behind it."""

from __future__ import annotations

import dataclasses
import inspect
import io
import json
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.traceback import Traceback

import nosana_chain

_PACKAGE = str(Path(nosana_chain.__file__).parent)


def errors_behind(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__]
    return found


def frames_of(error: BaseException) -> Iterator[FrameType]:
    """Every frame of ours, and of what we called; those of the test hold the secret by its own doing."""
    for one in errors_behind(error):
        ours = False
        for frame, _ in traceback.walk_tb(one.__traceback__):
            ours = ours or frame.f_code.co_filename.startswith(_PACKAGE)
            if ours:
                yield frame


def seen_in(error: BaseException) -> str:
    """All that can be read off an exception and its frames."""
    values = [repr(value) for frame in frames_of(error) for value in frame.f_locals.values()]
    errors = [f"{one!r} {one} {vars(one)}" for one in errors_behind(error)]
    return "\n".join([*values, *errors])


def rich_text(error: BaseException) -> str:
    """The traceback as rich prints it with locals, our frames alone."""
    page = io.StringIO()
    first = next((frame for frame, _ in traceback.walk_tb(error.__traceback__) if _is_ours(frame)), None)
    begun = error.__traceback__
    while begun is not None and begun.tb_frame is not first:
        begun = begun.tb_next
    Console(file=page, width=2_000).print(Traceback.from_exception(type(error), error, begun, show_locals=True))
    return page.getvalue()


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_PACKAGE)


def _inspected(value: Any) -> str:
    page = io.StringIO()
    import rich  # noqa: PLC0415  it prints where it is imported

    rich.inspect(value, console=Console(file=page, width=2_000), private=True, all=True)
    return page.getvalue()


#: Every way in which a program may show an object, wanted or not.
WAYS: dict[str, Callable[[Any], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda value: f"{value!s:>10}",
    "vars": lambda value: str(vars(value)),
    "members": lambda value: str(inspect.getmembers(value)),
    "state": lambda value: str(value.__getstate__()),
    "reduce": lambda value: str(value.__reduce_ex__(4)),
    "pickle": lambda value: repr(pickle.dumps(value)),
    "asdict": lambda value: str(dataclasses.asdict(value)),
    "astuple": lambda value: str(dataclasses.astuple(value)),
    "json": lambda value: json.dumps(dataclasses.asdict(value), default=str),
    "rich": _inspected,
}


def shown_by(way: str, value: Any) -> str:
    """What a way shows; nothing where it is refused."""
    try:
        return WAYS[way](value)
    except (TypeError, ValueError, AttributeError):
        return ""
