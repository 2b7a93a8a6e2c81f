"""Docstrings of asynchronous methods, in words for those who don't await."""

from __future__ import annotations

import re
import textwrap

from sync_facade.errors import FacadeError

_SAID_OTHERWISE = {
    "Every write is an `Action`: `await` it, or keep it and ask for its quote first.": (
        "A write is done where it is called; its `action` takes the same, and keeps it: ask for its quote first."
    ),
    "`async for event in": "`for event in",
    "`async for step in": "`for step in",
    "Use it as an asynchronous context manager.": "Use it as a context manager, or `close` it.",
    "Inside `async with` it keeps its connection.": "What it asks has a connection each.",
    "Use it as an async context manager, in one event loop.": "It is open as long as the client is.",
    "and can be awaited afterwards": "and can be sent afterwards",
    "`Localnet.start` makes one.": "`start` makes one: a context manager, or `close` it.",
    "`LocalIpfs.start` makes one.": "`start` makes one: a context manager, or `close` it.",
    "Run a local IPFS for the length of the block.": "Run a local IPFS until it is closed, or the process ends.",
    "`InProcessLocalnet.start` makes one.": "`start` makes one; `close` it.",
    "Make a chain in this process, for the length of the block.": "Make a chain in this process, until it is closed.",
    "for a `NosanaClient` or a `Connection`": "for a `SyncClient`",
    "for the length of the block; it ends with the block and with the process": (
        "until it is closed; it ends with the process, too"
    ),
    "`await action.send()` is `await action`.": "",
}
_FOREIGN = re.compile(r"\b(await|async\w*)\b")


_CONSTRUCTION = re.compile(r"\n\nArgs:\n(?:    .*\n)+")


def without_arguments(docstring: str) -> str:
    """The docstring of a class that its user doesn't make."""
    return _CONSTRUCTION.sub("\n", docstring + "\n").rstrip()


def said(docstring: str | None, *, of: str, indent: int) -> str:
    """The docstring, laid out at `indent`; FacadeError where it still speaks of awaiting."""
    if not docstring:
        raise FacadeError(f"{of} has no docstring")
    flat = docstring
    for there, here in _SAID_OTHERWISE.items():
        flat = re.sub(r"\s+".join(map(re.escape, there.split())), here, flat)
    if left := _FOREIGN.search(flat):
        raise FacadeError(f"the docstring of {of} says {left[0]!r}: say it otherwise in scripts/sync_facade/docs.py")
    prefix = "r" if "\\" in flat else ""
    margin = " " * indent
    return textwrap.indent(f'{prefix}"""{flat}{_end(flat)}', margin, lambda line: bool(line.strip()))


def _end(text: str) -> str:
    return '\n"""' if "\n" in text else '"""'
