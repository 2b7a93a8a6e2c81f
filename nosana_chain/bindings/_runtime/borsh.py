"""Borsh layouts on construct, under the names that borsh-construct gives them.

borsh-construct itself can't be installed beside solana 0.41, whose construct-typing is too new for it. Only
the types that idl/ uses are here. Format: https://borsh.io (little endian, lengths as u32).
"""

from typing import TYPE_CHECKING, Any

from construct import (
    Adapter,
    Bytes,
    BytesInteger,
    Construct,
    ConstructError,
    Flag,
    FormatField,
    Int16ul,
    Int32ul,
    Int64sl,
    Int64ul,
    PascalString,
    PrefixedArray,
    Struct,
)
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer  # the standard library has it from Python 3.12


class _ByteArrayAdapter(Adapter):  # type: ignore[type-arg]  # generic in construct's stubs alone
    """A fixed number of bytes as a list of integers, in one go: item by item takes 30 times as long."""

    def _decode(self, obj: bytes, context: Any, path: str) -> list[int]:  # noqa: ARG002 - construct's signature
        return list(obj)

    def _encode(self, obj: "Sequence[int]", context: Any, path: str) -> bytes:  # noqa: ARG002 - construct's signature
        try:
            return bytes([*obj])
        except ValueError as error:
            raise ConstructError(str(error), path=path) from None


class _U8(FormatField):  # type: ignore[type-arg]  # generic in construct's stubs alone
    """An unsigned byte; `U8[32]` is 32 of them."""

    def __getitem__(self, count: Any) -> Any:
        return _ByteArrayAdapter(Bytes(count))


U8 = _U8("<", "B")
U16 = Int16ul
U32 = Int32ul
U64 = Int64ul
U128 = BytesInteger(16, signed=False, swapped=True)
I64 = Int64sl
Bool = Flag
String = PascalString(U32, "utf8")


def Vec(item: "Construct[Any, Any]") -> "Construct[Any, Any]":  # noqa: N802 - borsh-construct's name
    """A list of any length: its length as u32, then its items."""
    return PrefixedArray(U32, item)


class CStruct(Struct):
    """Named fields in declared order, with construct's errors turned into ours."""

    def parse(self, data: "Buffer", **context: Any) -> Any:
        """Read the fields from the start of `data`; bytes left over are ignored.

        Raises:
            DecodeError: the data is too short, or a text is not UTF-8.
        """
        try:
            return super().parse(data, **context)
        except ConstructError as error:
            raise DecodeError(
                f"these {memoryview(data).nbytes} bytes can't be decoded ({_reason(error)}); "
                "check that the address and the bindings match the deployed program"
            ) from error

    def build(self, obj: Any, **context: Any) -> bytes:
        """Write `obj`, a dict with every field.

        Raises:
            EncodeError: a value is out of range, of the wrong length, or of another type.
        """
        try:
            return super().build(obj, **context)
        except (ConstructError, TypeError) as error:
            raise EncodeError(
                f"an argument can't be encoded ({_reason(error)}); pass a value of the type in idl/"
            ) from error


def _reason(error: Exception) -> str:
    """The facts of construct's message in one line: it spreads path and cause over several."""
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())


class _PubkeyAdapter(Adapter):  # type: ignore[type-arg]  # generic in construct's stubs alone
    """32 bytes as a Pubkey."""

    def _decode(self, obj: bytes, context: Any, path: str) -> Pubkey:  # noqa: ARG002 - construct's signature
        return Pubkey(obj)

    def _encode(self, obj: Pubkey, context: Any, path: str) -> bytes:  # noqa: ARG002 - construct's signature
        if not isinstance(obj, Pubkey):  # bytes(32) would pass for the system program's address
            raise ConstructError(f"{obj!r} is not a Pubkey", path=path)
        return bytes(obj)


BorshPubkey = _PubkeyAdapter(Bytes(Pubkey.LENGTH))
