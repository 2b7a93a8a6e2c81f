"""One table for each program: its instructions as data, for those who read instructions instead of building them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from bindings.programs import HEADER, PROGRAMS, snake

#: What Anchor hashes in front of an instruction's name, and how much of the hash it keeps.
_NAMESPACE = "global:"
_DISCRIMINATOR_BYTES = 8

#: IDL type -> layout in _runtime/borsh.py.
_LAYOUTS = {
    "u8": "borsh.U8",
    "u16": "borsh.U16",
    "u64": "borsh.U64",
    "u128": "borsh.U128",
    "i64": "borsh.I64",
    "bool": "borsh.Bool",
    "string": "borsh.String",
}

_MODULE = '''{header}"""The instructions of the {program} program, as data."""

from nosana_chain.bindings._runtime import borsh
from nosana_chain.bindings._runtime.interface import AccountPlace, InstructionInterface

#: Every instruction, in the order of idl/.
INSTRUCTIONS = ({instructions})
'''

_INSTRUCTION = """InstructionInterface(
    name="{name}",
    function="{function}",
    discriminator=bytes.fromhex("{discriminator}"),
    layout=borsh.CStruct({fields}),
    accounts=({accounts}),
),
"""

_PACKAGE = '''{header}"""Every instruction as data: how to know it, its arguments, its accounts by role.

`instructions_of("jobs")` reads the table of one program when it is first asked for.
"""

from functools import cache
from importlib import import_module

from nosana_chain.bindings._runtime.interface import InstructionInterface

PROGRAMS = {programs!r}


@cache
def instructions_of(program: str) -> tuple[InstructionInterface, ...]:
    """The instructions of a program, in the order of idl/.

    Args:
        program: {listed}.

    Raises:
        KeyError: `program` is none of these.
    """
    if program not in PROGRAMS:
        raise KeyError(program)
    table: tuple[InstructionInterface, ...] = import_module(f"{{__name__}}.{{program}}").INSTRUCTIONS
    return table
'''


def write(idl: Path, target: Path) -> None:
    """Write the package of all tables as `target`."""
    target.mkdir(parents=True)
    for program, name in PROGRAMS.items():
        interface = json.loads((idl / f"{name}.json").read_text())
        (target / f"{program}.py").write_text(_module(program, interface["instructions"]))
    package = _PACKAGE.format(header=HEADER, programs=tuple(PROGRAMS), listed=", ".join(PROGRAMS))
    (target / "__init__.py").write_text(package)


def discriminator(name: str) -> bytes:
    """The bytes that an instruction's data begins with, from its name in the IDL."""
    return hashlib.sha256(f"{_NAMESPACE}{snake(name)}".encode()).digest()[:_DISCRIMINATOR_BYTES]


def _module(program: str, instructions: list[dict[str, Any]]) -> str:
    written = "".join(map(_instruction, instructions))
    return _MODULE.format(header=HEADER, program=program, instructions=written)


def _instruction(instruction: dict[str, Any]) -> str:
    name = instruction["name"]
    return _INSTRUCTION.format(
        name=f"{name[0].upper()}{name[1:]}",
        function=snake(name),
        discriminator=discriminator(name).hex(),
        fields=", ".join(f'"{snake(arg["name"])}" / {_layout(arg["type"])}' for arg in instruction["args"]),
        accounts="".join(f"{_account(account)}, " for account in instruction["accounts"]),
    )


def _account(account: dict[str, Any]) -> str:
    flags = {"signer": account["isSigner"], "writable": account["isMut"]}
    given = "".join(f", {flag}=True" for flag, is_set in flags.items() if is_set)
    return f'AccountPlace("{snake(account["name"])}"{given})'


def _layout(kind: str | dict[str, Any]) -> str:
    """The layout of an IDL type: a name, `{"array": [type, length]}` or `{"vec": type}`."""
    match kind:
        case {"array": [item, length]}:
            return f"{_layout(item)}[{length}]"
        case {"vec": item}:
            return f"borsh.Vec({_layout(item)})"
    return _LAYOUTS[kind]
