"""Instructions built from idl/*.json alone: an oracle that shares no code with the client."""

import hashlib
import json
import re
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from functools import cache
from typing import Any

from solders.pubkey import Pubkey

from behaviour.builds import ROOT
from behaviour.call import Meta

# jobs close and close_admin need their authority writable, though the interface does not declare it.
UNDECLARED_WRITABLE = {("close", "authority"), ("close_admin", "authority")}
INTEGER_SIZES = {"bool": 1, "u8": 1, "u16": 2, "u64": 8, "i64": 8, "u128": 16}


def snake_case(name: str) -> str:
    """The Rust name of a name in the interface."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, slots=True)
class Role:
    """An account of an instruction."""

    name: str
    signer: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument: `kind` is an integer type, "bool", "string", "key" for 32 bytes, or "keys" for a list of such."""

    name: str
    kind: str

    def encode(self, value: Any) -> bytes:
        """Write a value in Borsh."""
        if self.kind in INTEGER_SIZES:
            return int(value).to_bytes(INTEGER_SIZES[self.kind], "little", signed=self.kind == "i64")
        if self.kind == "string":
            text: bytes = value.encode()
            return _length(text) + text
        if self.kind == "keys":
            return _length(value) + b"".join(map(bytes, value))
        return bytes(value)


def _length(value: Sized) -> bytes:
    return len(value).to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction as its interface declares it."""

    name: str
    roles: tuple[Role, ...]
    arguments: tuple[Argument, ...]

    def metas(self, accounts: Mapping[str, Pubkey]) -> tuple[Meta, ...]:
        """The accounts in order, with the flags that the program needs."""
        return tuple(Meta(accounts[role.name], role.signer, self._writes(role)) for role in self.roles)

    def _writes(self, role: Role) -> bool:
        return role.writable or (self.name, role.name) in UNDECLARED_WRITABLE

    def data(self, values: Mapping[str, Any]) -> bytes:
        """The discriminator and the arguments in order."""
        discriminator = hashlib.sha256(f"global:{self.name}".encode()).digest()[:8]
        return discriminator + b"".join(argument.encode(values[argument.name]) for argument in self.arguments)


@cache
def instructions(interface: str) -> dict[str, Instruction]:
    """The instructions of an interface by their snake_case names."""
    declared = json.loads((ROOT / "idl" / f"{interface}.json").read_text())["instructions"]
    return {made.name: made for made in map(_instruction, declared)}


def _instruction(declared: dict[str, Any]) -> Instruction:
    roles = (Role(snake_case(role["name"]), role["isSigner"], role["isMut"]) for role in declared["accounts"])
    arguments = (Argument(snake_case(arg["name"]), _kind(arg["type"])) for arg in declared["args"])
    return Instruction(snake_case(declared["name"]), tuple(roles), tuple(arguments))


def _kind(declared: str | dict[str, Any]) -> str:
    if isinstance(declared, str):
        return declared
    return "keys" if "vec" in declared else "key"
