"""One exception class for each error of each program, as source that editors and type checkers can read."""

import builtins
import json
import textwrap
from pathlib import Path
from typing import NamedTuple

from bindings.programs import HEADER, PROGRAMS, snake

#: The errors that no IDL lists: module -> what they are. Both are in idl/common_errors.json.
_SHARED = {
    "common": "that the five Nosana programs share",
    "anchor": "of Anchor's own checks of accounts and arguments",
}

#: Where a name is looked up after the program's own errors. Rewards has none of its own and raises staking's;
#: work and claim of jobs raise one of them too. The distributor is no Nosana program and has no common errors.
_ALSO_RAISED = {
    "jobs": ("staking", "common", "anchor"),
    "staking": ("common", "anchor"),
    "rewards": ("staking", "common", "anchor"),
    "pools": ("common", "anchor"),
    "nodes": ("common", "anchor"),
    "distributor": ("anchor",),
}

_MODULE = '''{header}# ruff: noqa: N818 - the names are the program's own
"""Errors {what}."""

from nosana_chain.errors import ProgramError


class {base}(ProgramError):
    """Any error {what}."""

    code = "program.{module}"

{classes}

#: Every error of this module, by number.
ERRORS: tuple[type[{base}], ...] = ({names},)
'''

_CLASS = '''
class {name}({base}):{shadows}
    """{fact}.

    {way_out}.
    """

    code = "program.{module}.{snake}"
    number = {number}
    name = "{name}"
    summary = ({summary})

'''

_SHADOWS = "  # noqa: A001 - the program's own name"

_PACKAGE = '''{header}"""One exception class for each error that a program can name in its log.

`from nosana_chain.bindings.program_errors.jobs import NodeNotEnoughStake`, then `except NodeNotEnoughStake`.
The rewards program has no errors of its own: it raises those of common and staking.
"""

from nosana_chain.bindings.program_errors import {modules}
from nosana_chain.errors import ProgramError

#: Where the names that a program logs are looked up, first to last.
_SEARCHED = {{
{searched}
}}


def program_error_class(program: str, name: str) -> type[ProgramError] | None:
    """The class of an error that a program named in its log line.

    Args:
        program: {programs}.
        name: the error's PascalCase name, for example NodeNotEnoughStake.

    Returns:
        The class, or None for a name that idl/ doesn't have, as a later version of the program may log.

    Raises:
        KeyError: `program` is none of these.
    """
    known = (kind for module in _SEARCHED[program] for kind in module.ERRORS)
    return next((kind for kind in known if kind.name == name), None)
'''


class Module(NamedTuple):
    """The errors of one program, or those that programs share."""

    name: str
    what: str
    errors: list[dict[str, str]]

    @property
    def base(self) -> str:
        """Name of the class that all errors of the module derive from."""
        return f"{self.name.capitalize()}Error"

    def source(self) -> str:
        """The module's Python source, not yet formatted."""
        return _MODULE.format(
            header=HEADER,
            what=self.what,
            base=self.base,
            module=self.name,
            classes="".join(map(self._class, self.errors)),
            names=", ".join(error["name"] for error in self.errors),
        )

    def _class(self, error: dict[str, str]) -> str:
        fact, way_out = error["msg"].split("; ", 1)
        return _CLASS.format(
            name=error["name"],
            shadows=_SHADOWS if hasattr(builtins, error["name"]) else "",
            base=self.base,
            module=self.name,
            snake=snake(error["name"]),
            number=error["code"],
            fact=fact,
            way_out=_sentence(way_out),
            summary=" ".join(map(repr, _wrapped(error["msg"]))),
        )


def write(idl: Path, target: Path) -> None:
    """Write the package of all program errors as `target`."""
    target.mkdir(parents=True)
    modules = _read(idl)
    for module in modules:
        (target / f"{module.name}.py").write_text(module.source())
    (target / "__init__.py").write_text(_package([module.name for module in modules]))


def _read(idl: Path) -> list[Module]:
    """Every module that has errors, shared ones first."""
    shared = json.loads((idl / "common_errors.json").read_text())
    modules = [Module(name, what, shared[name]) for name, what in _SHARED.items()]
    for program, interface in PROGRAMS.items():
        errors = json.loads((idl / f"{interface}.json").read_text())["errors"]
        modules.append(Module(program, f"of the {program} program", errors))
    return [module for module in modules if module.errors]


def _package(modules: list[str]) -> str:
    searched = (
        f'    "{program}": ({", ".join(name for name in (program, *also) if name in modules)},),'
        for program, also in _ALSO_RAISED.items()
    )
    return _PACKAGE.format(
        header=HEADER,
        modules=", ".join(sorted(modules)),
        searched="\n".join(searched),
        programs=", ".join(_ALSO_RAISED),
    )


def _sentence(text: str) -> str:
    """The text with a capital at its start, wrapped as the body of a docstring."""
    return "\n    ".join(textwrap.wrap(text[0].upper() + text[1:], 100))


def _wrapped(text: str) -> list[str]:
    """The text in pieces that fit on a line and join without a gap."""
    *lines, last = textwrap.wrap(text, 90)
    return [*(f"{line} " for line in lines), last]
