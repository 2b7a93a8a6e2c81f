"""A job's result: shown, and written to files whose names nobody else chooses."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.cli.columns import format_moment, format_span
from nosana_chain.cli.output import json_text
from nosana_chain.errors import InputError, NotFoundError
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.models.flow_state import FlowState, OpState, terminal_text
from nosana_chain.programs.jobs.results import JobResult

_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_NAME = 80
_SECOND = 1000  # milliseconds


@asynccontextmanager
async def chosen_gateways(urls: tuple[str, ...]) -> AsyncIterator[Gateways]:
    """Those that were given, or the default ones."""
    async with Gateways(urls or None) as gateways:
        yield gateways


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a job did, from IPFS or from its host.

    Attributes:
        job: its address.
        host: who says so.
        cid: of what was pinned, and the bytes are what it names; None of what the host told to the owner alone.
        content: the bytes.
        flow: the same, read.
    """

    job: Pubkey
    host: Pubkey | None
    cid: str | None
    content: bytes
    flow: FlowState

    @classmethod
    def pinned(cls, result: JobResult) -> Finding:
        """What was pinned.

        Raises:
            InputError: it is no result of the usual kind.
        """
        if result.flow is None:
            raise InputError(
                f"the result {result.cid} is as the CID says, and no document of the usual kind; --raw FILE writes it"
            )
        job = result.job
        return cls(job=job.address, host=job.node, cid=result.cid, content=result.content, flow=result.flow)

    @classmethod
    def told(cls, job: Pubkey, host: Pubkey, flow: FlowState) -> Finding:
        """What the host told."""
        content = f"{json_text(flow.document)}\n".encode()
        return cls(job=job, host=host, cid=None, content=content, flow=flow)

    def of(self, op: str | None) -> Finding:
        """That of one operation, or of all.

        Raises:
            NotFoundError: it has no such operation.
        """
        if op is None:
            return self
        chosen = tuple(state for state in self.flow.ops if state.id == op)
        if not chosen:
            names = ", ".join(_shown(state.id) for state in self.flow.ops) or "none"
            raise NotFoundError(f"the result has no operation {op!r}; it has {names}", address=op, kind="operation")
        return replace(self, flow=replace(self.flow, ops=chosen))


def result_record(found: Finding) -> dict[str, Any]:
    """For programs. Logs are as the container wrote them."""
    flow = found.flow
    return {
        "job": str(found.job),
        "host": None if found.host is None else str(found.host),
        "cid": found.cid,
        "verified": found.cid is not None,
        "status": flow.status,
        "success": flow.is_success,
        "errors": list(flow.errors),
        "ops": [_op_record(state) for state in flow.ops],
    }


def _op_record(state: OpState) -> dict[str, Any]:
    return {
        "id": state.id,
        "group": state.group,
        "status": state.status,
        "exit_code": state.exit_code,
        "start_ms": state.start_ms,
        "end_ms": state.end_ms,
        "errors": list(state.errors),
        "results": {name: list(found) for name, found in state.results.items()},
        "logs": [{"type": line.type, "text": line.text, "timestamp": line.timestamp} for line in state.logs],
    }


def result_lines(found: Finding) -> Iterator[str]:
    """For people: how it ended, and each operation with its logs."""
    flow = found.flow
    yield f"{_shown(flow.status) or 'no status'}  {found.job}"
    yield f"  host    {found.host}"
    yield f"  result  {'told by the host alone' if found.cid is None else f'{found.cid}, verified'}"
    if flow.start_ms is not None:
        yield f"  began   {format_moment(flow.start_ms // _SECOND)}"
    yield from (f"  error   {_shown(error)}" for error in flow.errors)
    for state in flow.ops:
        yield ""
        yield from _op_lines(state)


def _op_lines(state: OpState) -> Iterator[str]:
    code = "" if state.exit_code is None else f", exit code {state.exit_code}"
    took = state.end_ms - state.start_ms if state.end_ms is not None and state.start_ms is not None else None
    time = "" if took is None or took < 0 else f", {format_span(took // _SECOND)}"
    yield f"{_shown(state.id)}: {_shown(state.status)}{code}{time}"
    yield from (f"  error: {_shown(error)}" for error in state.errors)
    for name, found in state.results.items():
        yield f"  {_shown(name)} = {_shown(', '.join(found))}"
    for line in state.logs:
        yield from (f"  {text}" for text in line.shown.rstrip("\n").split("\n"))


def _shown(text: str) -> str:
    """A host's words, on one line of a terminal."""
    return " ".join(terminal_text(text).split())


# ---------------------------------------------------------------- files


def require_absent(*paths: Path | None) -> None:
    """Refuse to write over anything, before anything is fetched.

    Raises:
        InputError: one of them is there.
    """
    for path in paths:
        if path is not None and os.path.lexists(path):
            raise InputError(f"{str(path)!r} is there already; name another one")


def write_new(path: Path, content: bytes) -> None:
    """A file of its own.

    Raises:
        InputError: it is there already.
        OSError: it can't be written.
    """
    require_absent(path)
    with path.open("xb") as file:
        file.write(content)


def write_artifacts(folder: Path, found: Finding) -> None:
    """A folder with `result.json` as it was pinned, and of each operation its logs and what its expressions found.

    Logs are fit for a terminal. Operations are numbered: their names are the host's words, and so are only a part of a
    file's name, cut to letters that lead nowhere else.
    """
    folder.mkdir()
    write_new(folder / "result.json", found.content)
    for number, state in enumerate(found.flow.ops, start=1):
        name = f"{number:02d}-{_UNFIT.sub('_', state.id)[:_LONGEST_NAME].strip('.')}"
        write_new(folder / f"{name}.log", found.flow.log_text(state.id).encode(errors="replace"))
        if state.results:
            results = {key: list(values) for key, values in state.results.items()}
            write_new(folder / f"{name}.results.json", f"{json_text(results)}\n".encode())
