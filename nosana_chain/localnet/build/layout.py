"""Layouts of arguments and accounts: from the types of the interface to those of C."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.names import snake_case

Json = Mapping[str, Any]

#: Bytes before the fields of an account.
DISCRIMINATOR_LEN = 8


@dataclass(frozen=True, slots=True)
class CType:
    """A type of the interface.

    Attributes:
        name: the type in C.
        size: bytes in Borsh; of a list, those of its length.
        rust_size: bytes in the Rust structure, which decides how much an account is given.
        rust_align: alignment there.
    """

    name: str
    size: int
    rust_size: int
    rust_align: int


def _number(name: str, size: int) -> CType:
    return CType(name, size, size, size)


BYTES_32 = CType("Bytes32", 32, 32, 1)
KEY = CType("Pubkey", 32, 32, 1)
KEYS = CType("Pubkey", 4, 24, 8)
NUMBERS = {name: _number(name, int(name[1:]) // 8) for name in ("u8", "u16", "u32", "u64", "i64", "u128")}


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its C name."""

    name: str
    type: CType

    @property
    def is_list(self) -> bool:
        """True for a list of keys, which only the last field of an account can be."""
        return self.type is KEYS

    def declaration(self) -> str:
        """The field in a packed C structure."""
        if self.is_list:
            return f"u32 {self.name}_len; {self.type.name} {self.name}[];"
        return f"{self.type.name} {self.name};"


@dataclass(frozen=True, slots=True)
class Layout:
    """Fields in Borsh order."""

    fields: Sequence[Field]

    @property
    def size(self) -> int:
        """Bytes in Borsh, a list counted as empty."""
        return sum(field.type.size for field in self.fields)

    @property
    def space(self) -> int:
        """Bytes that an account is given: its discriminator and the Rust structure, without room for a list."""
        align = max(field.type.rust_align for field in self.fields)
        size = sum(field.type.rust_size for field in self.fields)
        return DISCRIMINATOR_LEN + -(-size // align) * align

    @property
    def keys_len_at(self) -> int:
        """Offset in the account's data of the length of its list of keys; 0 without a list."""
        has_list = bool(self.fields) and self.fields[-1].is_list
        return DISCRIMINATOR_LEN + self.size - KEYS.size if has_list else 0


def layout_of(fields: Iterable[Json]) -> Layout:
    """The layout of `args` of an instruction or `fields` of an account.

    Raises:
        BuildError: a type that the C layer can't read, or a list that isn't the last field.
    """
    found = [Field(snake_case(field["name"]), _c_type(field)) for field in fields]
    if any(field.is_list for field in found[:-1]):
        raise BuildError("a list must be the last field of its account")
    return Layout(found)


def _c_type(field: Json) -> CType:
    match field["type"]:
        case str(name) if name in NUMBERS:
            return NUMBERS[name]
        case "publicKey":
            return KEY
        case {"array": ["u8", 32]}:
            return BYTES_32
        case {"vec": "publicKey"}:
            return KEYS
        case other:
            raise BuildError(f"field {field['name']}: the C layer has no type for {other}")
