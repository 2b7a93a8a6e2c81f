"""The official Nosana packages, asked from Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

from calls import interface
from node_process import NodeProcess
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

#: The programs that have an official package, by their names here.
PROGRAMS = ("jobs", "staking", "distributor")


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


class Official(NodeProcess):
    """One Node.js process with the official packages, which answers line by line."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        super().__init__(requests, answers, read=_value)

    def build(
        self,
        program: str,
        instruction: str,
        *,
        accounts: Mapping[str, Pubkey],
        args: Mapping[str, Any],
        address: Pubkey,
    ) -> Instruction:
        """An instruction, from accounts and arguments by their names in idl/, for the program at `address`."""
        built = self.ask(
            "build",
            program=program,
            instruction=instruction,
            accounts={name: str(key) for name, key in accounts.items()},
            args={name: _told(value) for name, value in args.items()},
            programAddress=str(address),
        )
        metas = [AccountMeta(Pubkey.from_string(key), *flags) for key, *flags in built["accounts"]]
        return Instruction(Pubkey.from_string(built["programAddress"]), built["data"], metas)

    def rebuild(self, ours: Instruction, program: str, instruction: str, **args: Any) -> Instruction:
        """The instruction that the official package makes of the accounts that ours has."""
        (stated,) = (stated for stated in interface(program) if stated["name"] == instruction)
        pairs = zip(stated["accounts"], ours.accounts, strict=True)
        accounts = {account["name"]: meta.pubkey for account, meta in pairs}
        return self.build(program, instruction, accounts=accounts, args=args, address=ours.program_id)

    def decode(self, program: str, kind: str, data: bytes) -> Any:
        """An account, or a value of an enumeration."""
        return self.ask("decode", program=program, type=kind, data=_told(data))

    def call(self, program: str, name: str) -> Any:
        """What an exported function without parameters returns."""
        return self.ask("call", program=program, name=name)

    def constants(self, program: str) -> dict[str, Any]:
        """Everything that is exported, without the functions."""
        return self.ask("constants", program=program)


def _told(value: Any) -> Any:
    """A value as official.mjs reads it."""
    match value:
        case bool():
            return value
        case int():
            return {"integer": str(value)}
        case bytes() | [int(), *_]:
            return {"hex": bytes(value).hex()}
    return [_told(item) for item in value]


def _value(told: dict[str, Any]) -> Any:
    """A value as official.mjs wrote it."""
    match told:
        case {"integer": text}:
            return int(text)
        case {"hex": text}:
            return bytes.fromhex(text)
    return told
