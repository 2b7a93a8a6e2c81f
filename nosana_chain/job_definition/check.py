"""Holding a job file to the rules, with what is wrong told where it stands in the file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from nosana_chain.cid import cid_of
from nosana_chain.errors import InputError, JobDefinitionError, JobFileError
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.job_definition.needs import JobNeeds, needs_of
from nosana_chain.job_definition.places import Place, Steps, json_path, json_places, nearest
from nosana_chain.job_definition.reading import (
    MAX_JOB_BYTES,
    JobDefinition,
    parse_job,
    read_job_bytes,
    require_encoding,
)
from nosana_chain.job_definition.remarks import host_refusals, traps
from nosana_chain.job_definition.rules import NEWEST, PUBLISHED
from nosana_chain.job_definition.shapes import Wrong
from nosana_chain.job_definition.yaml_reading import YamlError, read_yaml

_YAML_ENDINGS = (".yaml", ".yml")
MAX_PROBLEMS = 1_000  #: that are told of one definition: a list of a million wrong items is no news after these
_SHOWN_PROBLEMS = 3  # that an error's message repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProblem:
    """Something about a job definition, and where it stands.

    Attributes:
        path: the way to the value, as `$.ops[0].args.image`.
        line: in the file, from 1; the nearest line around it for what isn't there, None where there is no file.
        column: likewise.
        message: what is wrong, to follow the path.
    """

    path: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.path} {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCheck:
    """What came out of holding a job definition to the rules.

    Attributes:
        path: the file; None for a value that a program made.
        definition: what would be pinned; None where there are problems.
        problems: what Nosana's own validators refuse (@nosana/types 2.13.0). Empty for a valid definition.
        refused_by_published: what only the release of @nosana/types on npm, 2.1.6, refuses.
        refused_by_hosts: what hosts' own validator (@nosana/sdk 0.4.69; newer ones take some of it) refuses besides.
        remarks: what is valid and will not do what it looks like, or tells everybody a secret.
        needs: what a host must bring and will do; None where there are problems.
    """

    path: Path | None
    definition: JobDefinition | None = field(repr=False)
    problems: tuple[JobProblem, ...]
    refused_by_published: tuple[JobProblem, ...] = ()
    refused_by_hosts: tuple[JobProblem, ...] = ()
    remarks: tuple[JobProblem, ...] = ()
    needs: JobNeeds | None = None

    @property
    def is_valid(self) -> bool:
        """Whether Nosana's own clients take the definition."""
        return not self.problems

    def require_valid(self) -> JobDefinition:
        """The definition.

        Raises:
            JobDefinitionError: there are problems; `problems` has them all.
        """
        if self.definition is not None and self.is_valid:
            return self.definition
        told = "; ".join(str(problem) for problem in self.problems[:_SHOWN_PROBLEMS])
        more = len(self.problems) - _SHOWN_PROBLEMS
        name = f"the job file {str(self.path)!r}" if self.path else "the job definition"
        raise JobDefinitionError(
            f"{name} is not valid: {told}{f'; and {more} more' if more > 0 else ''}",
            path=str(self.path or ""),
            problems=tuple(map(str, self.problems)),
        )


def check_job_definition(path: str | os.PathLike[str]) -> JobCheck:
    """Hold a job file, JSON or YAML (`.yaml`, `.yml`), to the rules. Network: none.

    A JSON file is pinned as it is. A YAML file becomes the JSON that `JSON.stringify` would write of it.

    Raises:
        JobFileError: it can't be read, or is no JSON or YAML; `line` and `column` say where, if that is known.
        ConfigError: it is YAML, and PyYAML isn't installed.
    """
    place, content = read_job_bytes(path)
    if place.suffix.lower() in _YAML_ENDINGS:
        value, places, content = _from_yaml(place, content)
        return _checked(value, places, JobDefinition(path=place, content=content, cid=cid_of(content)))
    value = parse_job(place, content)
    definition = JobDefinition(path=place, content=content, cid=cid_of(content))
    return _checked(value, None, definition)


def check_job_value(value: Any) -> JobCheck:
    """Hold a definition that a program made to the rules. Network: none.

    Args:
        value: what JSON can hold: a dict, for a valid one.

    Raises:
        InputError: it holds what JSON can't.
    """
    content = json_text(value)
    return _checked(value, {}, JobDefinition(path=None, content=content, cid=cid_of(content)))


def _checked(value: Any, places: dict[Steps, Place] | None, definition: JobDefinition) -> JobCheck:
    """`places` None: to be looked up in the JSON text, should anything be wrong."""
    told = _Telling(definition, places)
    problems = told.all(NEWEST.wrongs(value, ()))
    if problems:
        return JobCheck(path=definition.path, definition=None, problems=problems)
    return JobCheck(
        path=definition.path,
        definition=definition,
        problems=(),
        refused_by_published=told.all(PUBLISHED.wrongs(value, ())),
        refused_by_hosts=told.all(host_refusals(value)),
        remarks=told.all(traps(value)),
        needs=needs_of(value),
    )


class _Telling:
    """Points at places of a text, which is searched for them only when something is to be told."""

    def __init__(self, definition: JobDefinition, places: dict[Steps, Place] | None) -> None:
        self._definition = definition
        self._places = places

    def all(self, wrongs: Iterable[Wrong]) -> tuple[JobProblem, ...]:
        return tuple(map(self._problem, islice(wrongs, MAX_PROBLEMS)))

    def _problem(self, wrong: Wrong) -> JobProblem:
        if self._places is None:
            self._places = json_places(self._definition.content.decode())
        place = nearest(self._places, wrong.steps) if self._definition.path is not None else None
        line, column = (place.line, place.column) if place else (None, None)
        return JobProblem(path=json_path(wrong.steps), line=line, column=column, message=wrong.message)


def _from_yaml(path: Path, content: bytes) -> tuple[Any, dict[Steps, Place], bytes]:
    require_encoding(path, content)
    try:
        value, places = read_yaml(content.decode())
        written = json_text(value)
    except UnicodeDecodeError as error:
        raise _refusal(path, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except YamlError as error:
        line, column = error.place.line, error.place.column
        raise _refusal(
            path, f"is not YAML that can be used: {error} (line {line}, column {column})", line=line, column=column
        ) from None
    except InputError as error:
        raise _refusal(path, f"can't be written as JSON: {error}") from None
    if len(written) > MAX_JOB_BYTES:
        raise _refusal(path, f"makes more than {MAX_JOB_BYTES} bytes of JSON; let the job fetch its inputs itself")
    return value, places, written


def _refusal(path: Path, reason: str, **place: int) -> JobFileError:
    return JobFileError(f"the job file {str(path)!r} {reason}", path=str(path), **place)
