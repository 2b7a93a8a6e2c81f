"""A child process that ends when its standard input does."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from dataclasses import dataclass
from typing import TypeVar

from nosana_chain.errors import LocalnetError

LOOPBACK = "127.0.0.1"

_Stream = TypeVar("_Stream", asyncio.StreamReader, asyncio.StreamWriter)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a running network listens, on loopback only."""

    rpc_url: str
    ws_url: str


async def end_child(process: Process, *, within: float) -> int:
    """End the process and return its exit code, which is 0 unless it ended before it was asked to.

    Args:
        process: started with a pipe as its standard input.
        within: seconds until its end is enforced.
    """
    pipe_of(process.stdin).close()
    try:
        return await asyncio.wait_for(process.wait(), within)
    except TimeoutError:
        return 0
    finally:
        if process.returncode is None:  # too slow, or cancelled once more
            process.kill()
            await process.wait()


def pipe_of(stream: _Stream | None) -> _Stream:
    """A stream of a process that was started with a pipe in its place, and so has it."""
    if stream is None:
        raise LocalnetError("the process of the local network has no pipes")
    return stream
