"""Job definitions: the JSON files that say what a host runs, read with care before anything is paid."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from nosana_chain.cid import cid_of
from nosana_chain.errors import JobFileError
from nosana_chain.files import marked_as, open_regular, wide_encoding

MAX_JOB_BYTES = 1024 * 1024  # real ones have a few hundred bytes; hosts fetch them from IPFS

_MAX_DIGITS = 308  # of the largest float, less one
_SHOWN = 60  # characters of a value that errors repeat

#: How a host gets the real definition of a confidential job: it asks an endpoint, or waits to be told.
_WAYS = ("api", "api-listen")

#: A job that ships with the package: it prints the state of the host's GPU.
EXAMPLE_JOB = Path(__file__).with_name("example_job.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDefinition:
    """A job definition as it will be pinned.

    Attributes:
        path: where it was read.
        content: the bytes of the file, unchanged: the CID depends on each of them.
        cid: CIDv0 of `content`.
    """

    path: Path
    content: bytes = field(repr=False)
    cid: str


def read_job_definition(path: str | os.PathLike[str]) -> JobDefinition:
    """Read a job definition and compute its CID.

    Checked: a JSON object (UTF-8 without a byte order mark, at most 1 MiB, no key twice, no number beyond JSON's) with
    a list `ops` of at least one object. It may be empty where `logistics.send` says how the real definition reaches
    the host: that is what a confidential job pins.

    Raises:
        JobFileError: missing, no regular file, too large, or not such a JSON object.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise JobFileError(f"the path of a job file must be text or a Path, not a {type(path).__name__}", path="")
    place = Path(path)
    content = _read(place)
    _require_job(place, _parse(place, content))
    return JobDefinition(path=place, content=content, cid=cid_of(content))


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            content = file.read(MAX_JOB_BYTES + 1)  # never more, however large it is
    except OSError as error:
        _refuse(path, f"can't be read: {error.strerror}; give the path of a JSON file")
    if not content.strip():
        _refuse(path, f"is empty; {EXAMPLE_JOB} is an example of a job definition")
    if len(content) > MAX_JOB_BYTES:
        _refuse(path, f"is larger than {MAX_JOB_BYTES} bytes; let the job fetch its large inputs itself")
    return content


def _parse(path: Path, content: bytes) -> object:
    _require_encoding(path, content)
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_reject_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        _refuse(path, f"is not UTF-8 (byte {error.start}); save it as UTF-8 without a byte order mark")
    except json.JSONDecodeError as error:
        _refuse(path, f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}; correct it there")
    except ValueError as error:
        _refuse(path, f"is not JSON: {error}")
    except RecursionError:
        _refuse(path, "is nested too deeply; a job definition has a few levels")


def _require_encoding(path: Path, content: bytes) -> None:
    """A mark is refused and not read over: its bytes would be pinned, and not every host's reader takes them."""
    if wide := wide_encoding(content):
        _refuse(path, f"is not UTF-8 (byte 0) but {wide}; save it as UTF-8 without a byte order mark")
    if marked_as(content):
        _refuse(path, "begins with a byte order mark, which a host may not read; save it as UTF-8 without one")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ on which of two equal keys counts, so a host might run something else than was meant."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:40]!r} is there twice; remove one")
        found[key] = value
    return found


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number; use a finite one")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:_SHOWN]} is beyond JSON's numbers; use a smaller one, or a text")
    return number


def _integer(text: str) -> int:
    """JavaScript, in which hosts are written, reads an integer beyond the largest float as infinity."""
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits is beyond JSON's numbers; use a smaller one, or a text")
    return int(text)


def _require_job(path: Path, job: object) -> None:
    if not isinstance(job, dict):
        _refuse(path, f"is not a JSON object; {EXAMPLE_JOB} is an example of a job definition")
    ops = job.get("ops")
    if not isinstance(ops, list) or not (ops or _arrives_otherwise(job)):
        _refuse(
            path,
            "has no operations: 'ops' must be a list with at least one, or 'logistics.send' must say how they reach "
            f"the host; see {EXAMPLE_JOB}",
        )
    for number, operation in enumerate(ops, start=1):
        if not isinstance(operation, dict):
            _refuse(path, f"has an operation (number {number} of 'ops') that is not a JSON object; see {EXAMPLE_JOB}")


def _arrives_otherwise(job: dict[str, Any]) -> bool:
    """Whether the definition is a stub, and hosts get the real one by a way that they know."""
    match job.get("logistics"):
        case {"send": {"type": str(way), "args": {**args}}}:
            return way in _WAYS and isinstance(args.get("endpoint", ""), str)
    return False


def _refuse(path: Path, reason: str) -> NoReturn:
    raise JobFileError(f"the job file {str(path)!r} {reason}", path=str(path)) from None
