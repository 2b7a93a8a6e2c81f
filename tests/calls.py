"""One call of every instruction of every Nosana program, built with the bindings from values that idl/ asks for."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

IDL = Path(__file__).parents[1] / "idl"
FILES = {
    "jobs": "nosana_jobs",
    "staking": "nosana_staking",
    "rewards": "nosana_rewards",
    "pools": "nosana_pools",
    "nodes": "nosana_nodes",
    "distributor": "merkle_distributor",
}
SIZES = {"u8": (0, 8), "u16": (0, 16), "u64": (0, 64), "u128": (0, 128), "i64": (-(2**63), 64)}


@dataclass(frozen=True, slots=True)
class Call:
    """An instruction and what went into it."""

    program: str
    name: str  # camelCase, as in idl/
    args: dict[str, Any]
    accounts: dict[str, Pubkey]  # by role, in order, without those that the binding fills in
    roles: list[str]
    flags: list[tuple[bool, bool]]  # signer, writable
    instruction: Instruction

    @property
    def pascal(self) -> str:
        return self.name[0].upper() + self.name[1:]

    @property
    def label(self) -> str:
        return f"{self.program}-{self.name}"


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@cache
def interface(program: str) -> list[dict[str, Any]]:
    return json.loads((IDL / f"{FILES[program]}.json").read_text())["instructions"]


def every_call(seed: int = 1) -> list[Call]:
    """A call of each instruction, with values that depend on the seed alone."""
    return [call(program, stated, seed) for program in FILES for stated in interface(program)]


def call(program: str, stated: dict[str, Any], seed: int) -> Call:
    draws = random.Random(f"{seed}/{program}/{stated['name']}")
    package = import_module(f"nosana_chain.bindings.{program}.instructions")
    name = stated["name"]
    wanted = getattr(package, f"{name[0].upper()}{name[1:]}Accounts").__annotations__
    accounts = {role: Pubkey(draws.randbytes(32)) for role in wanted}
    args = {snake(arg["name"]): draw(arg["type"], draws) for arg in stated["args"]}
    build = getattr(package, snake(name))
    return Call(
        program=program,
        name=name,
        args=args,
        accounts={role.removesuffix("_"): address for role, address in accounts.items()},
        roles=[snake(account["name"]) for account in stated["accounts"]],
        flags=[(account["isSigner"], account["isMut"]) for account in stated["accounts"]],
        instruction=build(args, accounts) if args else build(accounts),
    )


def draw(kind: Any, draws: random.Random) -> Any:
    match kind:
        case {"array": [item, length]}:
            return [draw(item, draws) for _ in range(length)]
        case {"vec": item}:
            return [draw(item, draws) for _ in range(draws.randrange(3))]
        case "bool":
            return draws.choice((False, True))
        case "string":
            return draws.choice(("", "https://node.example.com", "grüße"))
    least, bits = SIZES[kind]
    return least + draws.getrandbits(bits)
