"""Layouts of arguments and accounts: from the types of the interface to those of C."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.names import snake_case

Json = Mapping[str, Any]

#: Bytes before the fields of an account.
DISCRIMINATOR_LEN = 8

#: Solana's target aligns even u128 to a word, unlike the machines that programs are compiled on.
_LARGEST_ALIGN = 8


@dataclass(frozen=True, slots=True)
class CType:
    """A type of the interface.

    Attributes:
        name: the type in C; of a list, that of an item.
        size: bytes in Borsh; of a list or string, those of its length.
        rust_size: bytes in the Rust structure, which decides how much an account is given.
        rust_align: alignment there.
        part: what `anchor/borsh.h` calls it, when not all bytes are a value or not every value has as many.
    """

    name: str
    size: int
    rust_size: int
    rust_align: int
    part: str | None = None


def _number(name: str, size: int) -> CType:
    return CType(name, size, size, min(size, _LARGEST_ALIGN))


def _list_of(item: CType) -> CType:
    return CType(item.name, 4, 24, 8, "LIST")


BOOL = CType("bool", 1, 1, 1, "BOOL")
BYTES_32 = CType("Bytes32", 32, 32, 1)
KEY = CType("Pubkey", 32, 32, 1)
STRING = CType("u8", 4, 24, 8, "STRING")
HASHES, KEYS = _list_of(BYTES_32), _list_of(KEY)
NUMBERS = {name: _number(name, int(name[1:]) // 8) for name in ("u8", "u16", "u32", "u64", "i64", "u128")}
NAMED = {**NUMBERS, "bool": BOOL, "string": STRING, "publicKey": KEY}


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

    @property
    def space(self) -> int:
        """Bytes that an account is given: its discriminator and the Rust structure, without room for a list."""
        align = max(field.type.rust_align for field in self.fields)
        size = sum(field.type.rust_size for field in self.fields)
        return DISCRIMINATOR_LEN + -(-size // align) * align

    def declarations(self) -> Iterator[str]:
        """The fields of a packed C structure. Strings have no fixed places, so all of them are one field."""
        for field in self.fields:
            if field.is_list:
                yield f"u32 {field.name}_len; {field.type.name} {field.name}[];"
            elif not field.is_string:
                yield f"{field.type.name} {field.name};"
        if names := [field.name for field in self.fields if field.is_string]:
            yield f"u8 strings[]; /* {', '.join(names)} */"


def layout_of(fields: Iterable[Json]) -> Layout:
    """The layout of `args` of an instruction or `fields` of an account.

    Raises:
        BuildError: a type that the C layer can't read, or a list or string before a field that needs a fixed place.
    """
    found = [Field(snake_case(field["name"]), _c_type(field)) for field in fields]
    for field, following in pairwise(found):
        if field.is_list or (field.is_string and not following.is_string):
            raise BuildError(f"field {field.name}: a list must be the last field, and strings the last ones")
    return Layout(found)


def _c_type(field: Json) -> CType:
    match field["type"]:
        case str(name) if name in NAMED:
            return NAMED[name]
        case {"array": ["u8", 32]}:
            return BYTES_32
        case {"vec": "publicKey"}:
            return KEYS
        case {"vec": {"array": ["u8", 32]}}:
            return HASHES
        case other:
            raise BuildError(f"field {field['name']}: the C layer has no type for {other}")
