"""What came out of checking a job definition: lines for people, a record for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from nosana_chain.job_definition.check import JobCheck, JobProblem
from nosana_chain.job_definition.needs import JobNeeds

_GROUPS = (
    ("refused_by_published", "refused by the validator on npm"),
    ("refused_by_hosts", "refused by hosts' validator"),
    ("remarks", "mind"),
)


def check_record(check: JobCheck) -> dict[str, Any]:
    """For programs: `problems`, and of a valid one its CID and what it needs."""
    found = check.definition
    return {
        "file": None if check.path is None else str(check.path),
        "valid": check.is_valid,
        "cid": None if found is None else found.cid,
        "bytes": None if found is None else len(found.content),
        "problems": _records(check.problems),
        **{name: _records(getattr(check, name)) for name, _ in _GROUPS},
        "needs": None if check.needs is None else asdict(check.needs),
    }


def check_lines(check: JobCheck) -> Iterator[str]:
    """For people, as compilers write it: file, line, column, and what is wrong there."""
    for problem in check.problems:
        yield _line(check, problem, "")
    for name, said in _GROUPS:
        for problem in getattr(check, name):
            yield _line(check, problem, f"{said}: ")
    if check.definition is not None and check.needs is not None:
        yield f"{check.path} is valid"
        yield f"  cid      {check.definition.cid}, {len(check.definition.content):,} bytes"
        yield from _needs(check.needs)


def _records(problems: Sequence[JobProblem]) -> list[dict[str, Any]]:
    return [asdict(problem) for problem in problems]


def _line(check: JobCheck, problem: JobProblem, said: str) -> str:
    place = "" if problem.line is None else f":{problem.line}:{problem.column}"
    return f"{check.path}{place}: {said}{problem.path} {problem.message}"


def _needs(needs: JobNeeds) -> Iterator[str]:
    told = {
        "images": ", ".join(needs.images),
        "gpu": "yes" if needs.gpu else "no",
        "vram": "; ".join(_vram(needs)),
        "cuda": ", ".join(needs.cuda),
        "ports": ", ".join(needs.ports) + (" (private addresses)" if needs.has_private_services else ""),
        "volumes": ", ".join(needs.volumes),
        "fetches": ", ".join(needs.resources),
        "secrets": ", ".join(f"the password of {name}, for all to read" for name in needs.registries),
        "ssh": f"{needs.ssh_keys} keys" if needs.ssh_keys else "",
        "sent": "to the host in another way (confidential)" if needs.is_confidential else "",
    }
    for name, value in told.items():
        if value:
            yield f"  {name:<8} {value}"


def _vram(needs: JobNeeds) -> Iterator[str]:
    """Two things that a definition may ask for, and who looks at them."""
    if needs.vram_mb is not None:
        yield f"{needs.vram_mb:,} MB (hosts don't check it)"
    if needs.required_vram is not None:
        yield f"required_vram {needs.required_vram:,} (the dashboard's rule for markets)"
