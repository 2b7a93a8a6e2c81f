"""Job definitions: the JSON files that say what a host runs, read with care before anything is paid."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from nosana_chain.cid import cid_of
from nosana_chain.errors import JobFileError
from nosana_chain.files import marked_as, open_regular, wide_encoding
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.job_definition.places import Place, json_path, twice_there

MAX_JOB_BYTES = 1024 * 1024  # real ones have a few hundred bytes; hosts fetch them from IPFS

_MAX_DIGITS = 308  # of the largest float, less one
_SHOWN = 60  # characters of a value that errors repeat

#: How a host gets the real definition of a confidential job: it asks an endpoint, or waits to be told.
_WAYS = ("api", "api-listen")

#: A job that ships with the package: it prints the state of the host's GPU.
EXAMPLE_JOB = Path(__file__).parents[1] / "example_job.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDefinition:
    """A job definition as it will be pinned.

    Attributes:
        path: where it was read; None for one that was made by a program.
        content: what is pinned: the bytes of a JSON file, unchanged, since the CID depends on each of them.
        cid: CIDv0 of `content`.
    """

    path: Path | None
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
    place, content = read_job_bytes(path)
    _require_job(place, parse_job(place, content))
    return JobDefinition(path=place, content=content, cid=cid_of(content))


def make_job_definition(value: Mapping[str, Any]) -> JobDefinition:
    """A job definition that a program made, written as the official clients write it: by `JSON.stringify`'s rules.

    Raises:
        InputError: it holds what JSON can't.
        JobFileError: it is too large, or has no operations and doesn't say how they reach the host.
    """
    content = json_text(dict(value))
    made = Path("(made by the program)")
    if len(content) > MAX_JOB_BYTES:
        _refuse(made, f"is larger than {MAX_JOB_BYTES} bytes; let the job fetch its large inputs itself")
    _require_job(made, parse_job(made, content))
    return JobDefinition(path=None, content=content, cid=cid_of(content))


def read_job_bytes(path: str | os.PathLike[str]) -> tuple[Path, bytes]:
    """The bytes of a job file, which may be of any form yet: not empty, and at most 1 MiB.

    Raises:
        JobFileError: missing, no regular file, or too large.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise JobFileError(f"the path of a job file must be text or a Path, not a {type(path).__name__}", path="")
    place = Path(path)
    return place, _read(place)


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


class _TwiceError(ValueError):
    """A key is in an object twice."""


def parse_job(path: Path, content: bytes) -> Any:
    """The value of a JSON file. Raises: JobFileError, with `line` and `column` where they are known."""
    require_encoding(path, content)
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
        _refuse(
            path,
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}; correct it there",
            Place(error.lineno, error.colno),
        )
    except _TwiceError:
        steps, place = twice_there(content.decode()) or ((), Place(1, 1))
        name = steps[-1] if steps else ""
        _refuse(
            path,
            f"is not JSON: the key {str(name)[:40]!r} is there twice ({json_path(steps)}, again at line {place.line}, "
            f"column {place.column}); remove one",
            place,
        )
    except ValueError as error:
        _refuse(path, f"is not JSON: {error}")
    except RecursionError:
        _refuse(path, "is nested too deeply; a job definition has a few levels")


def require_encoding(path: Path, content: bytes) -> None:
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
            raise _TwiceError
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


def _refuse(path: Path, reason: str, place: Place | None = None) -> NoReturn:
    where = {"line": place.line, "column": place.column} if place else {}
    raise JobFileError(f"the job file {str(path)!r} {reason}", path=str(path), **where) from None
