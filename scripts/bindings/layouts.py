"""One table for each program: where each field of its accounts stands."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bindings.programs import HEADER, PROGRAMS, snake

#: What Anchor hashes in front of an account's name, and how much of the hash it keeps.
_NAMESPACE = "account:"
_DISCRIMINATOR_BYTES = 8

#: Solana's target aligns even u128 to a word, unlike the machines that programs are compiled on.
_LARGEST_ALIGN = 8


class Type(NamedTuple):
    """A type of idl/.

    Attributes:
        name: as the tables have it.
        size: bytes in Borsh; of what varies in length, of one item.
        rust_size: bytes in the Rust structure, which decides how much an account is given.
        rust_align: alignment there.
        varies: whether its length varies.
    """

    name: str
    size: int
    rust_size: int
    rust_align: int
    varies: bool = False


def _plain(name: str, size: int, align: int) -> Type:
    return Type(name, size, size, align)


_NUMBERS = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "u128": 16}
_PLAIN = {
    **{name: _plain(name, size, min(size, _LARGEST_ALIGN)) for name, size in _NUMBERS.items()},
    "bool": _plain("bool", 1, 1),
    "publicKey": _plain("publicKey", 32, 1),
    "string": Type("string", 1, 24, 8, varies=True),  # pointer, capacity, length
}

_MODULE = '''{header}"""The accounts of the {program} program: where each of their fields stands."""

from nosana_chain.bindings._runtime.layout import AccountLayout, Field, Tail

{accounts}
#: Every kind of account, in the order of idl/.
ACCOUNTS = ({names},)
'''

_ACCOUNT = """{constant} = AccountLayout(
    name="{name}",
    discriminator=bytes.fromhex("{discriminator}"),
    space={space},
    fields=({fields},),
    tail=({tail}),
)
"""

_PACKAGE = '''{header}"""Where each field of each account stands; `LAYOUTS["jobs"]` has the accounts of jobs."""

from nosana_chain.bindings._runtime.layout import AccountLayout
from nosana_chain.bindings.layouts import {modules}

#: The kinds of account of each program, in the order of idl/.
LAYOUTS: dict[str, tuple[AccountLayout, ...]] = {{{entries}}}
'''


def write(idl: Path, target: Path) -> None:
    """Write the package of all tables as `target`."""
    target.mkdir(parents=True)
    for program, name in PROGRAMS.items():
        interface = json.loads((idl / f"{name}.json").read_text())
        (target / f"{program}.py").write_text(module(program, interface["accounts"]))
    entries = ", ".join(f'"{program}": {program}.ACCOUNTS' for program in PROGRAMS)
    package = _PACKAGE.format(header=HEADER, modules=", ".join(sorted(PROGRAMS)), entries=entries)
    (target / "__init__.py").write_text(package)


def module(program: str, accounts: list[dict[str, Any]]) -> str:
    """The source of one program's table, not yet formatted.

    Raises:
        ValueError: a field has no fixed place and is none of those that end an account.
    """
    names = ", ".join(_constant(account["name"]) for account in accounts)
    written = "\n".join(map(_account, accounts))
    source = _MODULE.format(header=HEADER, program=program, accounts=written, names=names)
    return source if "Tail(" in written else source.replace(", Tail\n", "\n")


def type_of(kind: str | dict[str, Any]) -> Type:
    """The type that idl/ has as a name, `{"array": [type, length]}` or `{"vec": type}`."""
    match kind:
        case {"array": [item, length]}:
            of = type_of(item)
            return Type(f"[{of.name}; {length}]", of.size * length, of.rust_size * length, of.rust_align)
        case {"vec": item}:
            of = type_of(item)
            return Type(f"vec<{of.name}>", of.size, 24, 8, varies=True)
    return _PLAIN[kind]


def space(types: list[Type]) -> int:
    """Bytes that an account is given: its discriminator and the Rust structure, without room for items."""
    align = max(kind.rust_align for kind in types)
    size = sum(kind.rust_size for kind in types)
    return _DISCRIMINATOR_BYTES + -(-size // align) * align


def _constant(name: str) -> str:
    return snake(name).upper()


def _account(account: dict[str, Any]) -> str:
    name = account["name"]
    fields = [(snake(field["name"]), type_of(field["type"])) for field in account["type"]["fields"]]
    head = [(field, kind) for field, kind in fields if not kind.varies]
    if fields[: len(head)] != head:
        raise ValueError(f"{name}: what varies in length must come last; the tables have no place for it elsewhere")
    tail = "".join(f'Tail("{field}", "{kind.name}", item_size={kind.size}),' for field, kind in fields[len(head) :])
    return _ACCOUNT.format(
        constant=_constant(name),
        name=name,
        discriminator=hashlib.sha256(f"{_NAMESPACE}{name}".encode()).digest()[:_DISCRIMINATOR_BYTES].hex(),
        space=space([kind for _, kind in fields]),
        fields=", ".join(_placed(head)),
        tail=tail,
    ).replace("    tail=(),\n", "")


def _placed(fields: list[tuple[str, Type]]) -> Iterator[str]:
    offset = _DISCRIMINATOR_BYTES
    for name, kind in fields:
        yield f'Field("{name}", "{kind.name}", offset={offset}, size={kind.size})'
        offset += kind.size
