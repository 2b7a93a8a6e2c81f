"""Where each field of an account stands: the types that the generated `layouts` are written in.

Format: https://borsh.io (little endian; what varies in length begins with its number of items as u32).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import starmap
from struct import Struct
from struct import error as StructError  # noqa: N812  an exception's name, which struct writes small
from typing import Any, NoReturn

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.errors import AccountInvalidDiscriminator, DecodeError

#: Bytes that an account of a program begins with, and which tell its kind.
DISCRIMINATOR_SIZE = 8

#: Bytes of a length, which stands before what varies in length.
LENGTH_SIZE = 4

_HEAD = slice(DISCRIMINATOR_SIZE)
_LENGTH = Struct("<I")
_KEY = Struct(f"{Pubkey.LENGTH}s")

#: What `struct` calls a type; any other of fixed length is so many bytes.
_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i64": "q", "bool": "?"}

key = Pubkey.from_bytes  #: the address that a reader gives as 32 bytes; faster than Pubkey itself

#: What varies in length, from the bytes of its items.
_TAILS: dict[str, Callable[[bytes], Any]] = {
    "string": bytes.decode,
    "vec<publicKey>": lambda data: tuple(starmap(key, _KEY.iter_unpack(data))),
}


def u128(data: bytes) -> int:
    """The number that a reader gives as 16 bytes."""
    return int.from_bytes(data, "little")


@dataclass(frozen=True, slots=True)
class Field:
    """A field that stands at the same place in every account of its kind.

    Attributes:
        name: snake_case, as in the generated classes.
        type: as idl/ has it; an array is `[u8; 32]`.
        offset: bytes of the account before it, the discriminator counted.
        size: its bytes.
    """

    name: str
    type: str
    offset: int
    size: int

    @property
    def largest(self) -> int:
        """The greatest number that the field holds."""
        return (1 << 8 * self.size - self.type.startswith("i")) - 1

    def encode(self, value: Pubkey | bytes | int) -> bytes:
        """The bytes of the field when it holds `value`.

        Raises:
            OverflowError: a number that it can't hold.
            ValueError: more or fewer bytes than it has.
        """
        if isinstance(value, int):
            return value.to_bytes(self.size, "little", signed=self.type.startswith("i"))
        data = bytes(value)
        if len(data) != self.size:
            raise ValueError(f"{self.name} has {self.size} bytes, not {len(data)}")
        return data


@dataclass(frozen=True, slots=True)
class Tail:
    """A field of any length: a number of items as u32, then the items. Nothing but its like comes behind it.

    Attributes:
        name: snake_case, as in the generated classes.
        type: `string`, or `vec<...>` of a type in idl/.
        item_size: bytes of one item; of a string, whose length counts bytes, 1.
    """

    name: str
    type: str
    item_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLayout:
    """A kind of account.

    Attributes:
        name: as idl/ has it, PascalCase; the generated class has the same name.
        discriminator: the first 8 bytes of its data.
        space: bytes that the program allocates: the Rust structure behind the discriminator, which is longer than the
            fields, and no item of the tail. The account may be longer.
        fields: what stands at a fixed place, in order and without gaps.
        tail: what comes behind them.
    """

    name: str
    discriminator: bytes
    space: int
    fields: tuple[Field, ...]
    tail: tuple[Tail, ...] = ()

    @property
    def tail_offset(self) -> int:
        """Bytes before the tail; without one, the least that an account of this kind has."""
        last = self.fields[-1]
        return last.offset + last.size

    @property
    def items_offset(self) -> int:
        """Bytes before the first item of the first field of the tail."""
        return self.tail_offset + LENGTH_SIZE

    def field(self, name: str) -> Field:
        """The field of that name; KeyError if none has a fixed place under it."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name!r} at a fixed place")

    def build(self, **values: Pubkey | bytes | int) -> bytes:
        """The data of an account with these values, as long as the program allocates it, and with nothing in its tail.

        Raises:
            TypeError: they are not the fields at fixed places, all of them.
            OverflowError: a number that its field can't hold.
        """
        if values.keys() != {field.name for field in self.fields}:
            raise TypeError(f"{self.name} has the fields {', '.join(field.name for field in self.fields)}: give each")
        data = b"".join(field.encode(values[field.name]) for field in self.fields)
        return (self.discriminator + data).ljust(self.space, b"\0")

    def reader(self, *names: str) -> Callable[[bytes], tuple[Any, ...]]:
        """A function that reads these fields, in this order, from the data of an account.

        They come as `struct` has them: numbers and flags are ready, an address, an array and a u128 are bytes, which
        `key` and `u128` make something of. Bytes behind the last field are ignored. The function raises
        AccountInvalidDiscriminator for data of another kind, and DecodeError for data that is too short.

        Args:
            names: fields at fixed places, in the order in which they stand.

        Raises:
            ValueError: they stand in another order, or there is no such field.
        """
        unpack = Struct(self._format(names)).unpack_from
        discriminator = self.discriminator

        def read(data: bytes) -> tuple[Any, ...]:
            if data[_HEAD] != discriminator:
                self._refuse_kind(data)
            try:
                return unpack(data)
            except StructError:
                self._refuse(data, f"a {self.name} has at least {self.tail_offset}")

        return read

    def read_tail(self, data: bytes) -> list[Any]:
        """The fields of the tail of an account whose other fields were read: texts, or tuples of addresses.

        Raises:
            DecodeError: the data ends before the tail does, or a text is not UTF-8.
        """
        at, values = self.tail_offset, []
        try:
            for part in self.tail:
                start = at + LENGTH_SIZE
                at = start + _LENGTH.unpack_from(data, at)[0] * part.item_size
                if at > len(data):
                    self._refuse(data, f"{part.name} ends at {at}")
                values.append(_TAILS[part.type](bytes(data[start:at])))
        except StructError:
            self._refuse(data, f"the length of {part.name} stands at {at}")
        except UnicodeDecodeError as error:
            self._refuse(data, f"{part.name} is no UTF-8: {error.reason}")
        return values

    def _format(self, names: tuple[str, ...]) -> str:
        """The format of `struct` that gives these fields and pads the others: short data fails by it."""
        wanted = iter(names)
        following = next(wanted, None)
        parts = [f"<{DISCRIMINATOR_SIZE}x"]
        for field in self.fields:
            if field.name == following:
                parts.append(_CODES.get(field.type, f"{field.size}s"))
                following = next(wanted, None)
            else:
                parts.append(f"{field.size}x")
        if following is not None:
            raise ValueError(f"{self.name} has no field {following!r} at this place; name them in their order")
        return "".join(parts)

    def _refuse_kind(self, data: bytes) -> NoReturn:
        raise AccountInvalidDiscriminator(
            f"these {len(data)} bytes are no {self.name}: they begin with {bytes(data[_HEAD]).hex()!r}, "
            f"not {self.discriminator.hex()!r}; check the address"
        )

    def _refuse(self, data: bytes, reason: str) -> NoReturn:
        raise DecodeError(
            f"these {len(data)} bytes can't be decoded ({reason}); "
            "check that the address and the bindings match the deployed program"
        )
