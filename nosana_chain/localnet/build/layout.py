"""Layouts of arguments and accounts: from the types of the interface, or of the generated tables, to those of C."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from nosana_chain.bindings._runtime.layout import LENGTH_SIZE, AccountLayout
from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.names import snake_case

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CType:
    """A type of the interface.

    Attributes:
        name: the type in C; of a list, that of an item.
        size: bytes in Borsh; of a list or string, those of its length.
        part: what `anchor/borsh.h` calls it, when not all bytes are a value or not every value has as many.
    """

    name: str
    size: int
    part: str | None = None


STRING = CType("u8", LENGTH_SIZE, "STRING")

#: By the names that the generated tables give to types.
TYPES = {
    **{name: CType(name, int(name[1:]) // 8) for name in ("u8", "u16", "u32", "u64", "i64", "u128")},
    "bool": CType("bool", 1, "BOOL"),
    "publicKey": CType("Pubkey", 32),
    "[u8; 32]": CType("Bytes32", 32),
    "string": STRING,
    "vec<publicKey>": CType("Pubkey", LENGTH_SIZE, "LIST"),
    "vec<[u8; 32]>": CType("Bytes32", LENGTH_SIZE, "LIST"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its C name."""

    name: str
    type: CType

    @property
    def is_list(self) -> bool:
        """True for a list of keys or hashes: only the last field can be one."""
        return self.type.part == "LIST"

    @property
    def is_string(self) -> bool:
        """True for a string: behind it only other strings can come."""
        return self.type is STRING


@dataclass(frozen=True, slots=True)
class Layout:
    """Fields in Borsh order."""

    fields: Sequence[Field]

    @property
    def shape(self) -> Sequence[str]:
        """What `anchor/borsh.h` reads one after the other: numbers of bytes that hold any value, and special parts."""
        parts: list[str] = []
        for part, group in groupby((field.type for field in self.fields), key=lambda of: of.part):
            types = list(group)
            parts += [part] * len(types) if part else [str(sum(of.size for of in types))]
        return parts

    def declarations(self) -> Iterator[str]:
        """The fields of a packed C structure. Strings have no fixed places, so all of them are one field."""
        for field in self.fields:
            if field.is_list:
                yield f"u32 {field.name}_len; {field.type.name} {field.name}[];"
            elif not field.is_string:
                yield f"{field.type.name} {field.name};"
        if names := [field.name for field in self.fields if field.is_string]:
            yield f"u8 strings[]; /* {', '.join(names)} */"


def layout_of(args: Iterable[Json]) -> Layout:
    """The layout of `args` of an instruction.

    Raises:
        BuildError: a type that the C layer can't read, or a list or string before a field that needs a fixed place.
    """
    return _layout((arg["name"], _named(arg["type"])) for arg in args)


def layout_of_account(account: AccountLayout) -> Layout:
    """The layout of an account behind its discriminator.

    Raises:
        BuildError: a type that the C layer can't read, or a list before another field.
    """
    fields = [(field.name, field.type) for field in account.fields]
    return _layout([*fields, *((part.name, part.type) for part in account.tail)])


def _layout(named: Iterable[tuple[str, str]]) -> Layout:
    found = [Field(snake_case(name), _c_type(name, kind)) for name, kind in named]
    for field, following in pairwise(found):
        if field.is_list or (field.is_string and not following.is_string):
            raise BuildError(f"field {field.name}: a list must be the last field, and strings the last ones")
    return Layout(found)


def _c_type(name: str, kind: str) -> CType:
    if kind not in TYPES:
        raise BuildError(f"field {name}: the C layer has no type for {kind}")
    return TYPES[kind]


def _named(kind: str | Json) -> str:
    """A type of the interface as the generated tables name it."""
    match kind:
        case {"array": [item, length]}:
            return f"[{_named(item)}; {length}]"
        case {"vec": item}:
            return f"vec<{_named(item)}>"
    return str(kind)
