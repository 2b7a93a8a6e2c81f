"""Record what AnchorPy's own coder makes of each instruction and account. Runs in AnchorPy's environment.

Arguments: the folder of the IDLs and the file to write. Every value comes from a seed, so the file only
changes when idl/ or AnchorPy does. In the file {"key": ...} is an address and {"bytes": ...} an array of u8.
"""

import json
import random
import sys
from pathlib import Path

from anchorpy import Context, Idl, Program, Provider
from anchorpy.coder.accounts import AccountsCoder
from anchorpy.program.common import NamedInstruction
from pyheck import snake
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.sysvar import RENT
from spl.token.constants import ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID

from bindings.programs import PROGRAMS

SEED = 20261123
RANDOM_CASES = 3

#: Accounts whose address AnchorPy's generated code fills in by itself.
WELL_KNOWN = {
    "system_program": SYSTEM_PROGRAM,
    "token_program": TOKEN_PROGRAM_ID,
    "associated_token_program": ASSOCIATED_TOKEN_PROGRAM_ID,
    "rent": RENT,
}

INTEGERS = {
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u64": (0, 2**64 - 1),
    "u128": (0, 2**128 - 1),
    "i64": (-(2**63), 2**63 - 1),
}
TEXTS = ("", "https://node.example.com", "gr\u00fc\u00dfe \u2192 \U0001f680")
LENGTHS = (0, 40, 3)  # of a vector: least, most, any


class Sampler:
    """Draws values of IDL types: the least (case 0), the greatest (case 1), then random ones."""

    def __init__(self, case: int) -> None:
        """Start the random numbers of this case."""
        self.case = case
        self.random = random.Random(SEED + case)  # noqa: S311 - samples, no secrets

    def draw(self, kind: str | dict) -> object:
        """A value as AnchorPy's coder takes it."""
        if isinstance(kind, dict):
            return self._list(**kind)
        if kind in INTEGERS:
            return self._pick(*INTEGERS[kind], self.random.randint(*INTEGERS[kind]))
        return {"bool": self._bool, "string": self._text, "publicKey": self.key}[kind]()

    def key(self) -> Pubkey:
        """A random address in every case: equal ones would hide accounts in the wrong order."""
        return Pubkey(self.random.randbytes(Pubkey.LENGTH))

    def _pick(self, least: object, most: object, other: object) -> object:
        return (least, most, other)[min(self.case, 2)]

    def _bool(self) -> object:
        return self._pick(False, True, self.random.choice((False, True)))

    def _text(self) -> object:
        return self._pick(*TEXTS)

    def _list(self, array: list | None = None, vec: str | dict | None = None) -> list:
        if array is None:
            return [self.draw(vec) for _ in range(self._pick(*LENGTHS))]
        item, length = array
        return [self.draw(item) for _ in range(length)]


def record_instruction(program: Program, instruction: dict, case: int) -> dict:
    """What AnchorPy encodes for one instruction with the values of one case."""
    sampler = Sampler(case)
    names = [snake(account["name"]) for account in instruction["accounts"]]
    accounts = {name: WELL_KNOWN.get(name) or sampler.key() for name in names}
    args = {snake(arg["name"]): sampler.draw(arg["type"]) for arg in instruction["args"]}
    made = program.instruction[snake(instruction["name"])](*args.values(), ctx=Context(accounts=accounts))
    return {
        "program_id": str(made.program_id),
        "accounts": {name: str(key) for name, key in accounts.items()},
        "args": freeze(args),
        "metas": [[str(meta.pubkey), meta.is_signer, meta.is_writable] for meta in made.accounts],
        "data": made.data.hex(),
    }


def record_account(coder: AccountsCoder, account: dict, case: int) -> dict:
    """What AnchorPy encodes for one account with the values of one case, and decodes from that."""
    sampler = Sampler(case)
    fields = {snake(field["name"]): sampler.draw(field["type"]) for field in account["type"]["fields"]}
    data = coder.build(NamedInstruction(name=account["name"], data=fields))
    decoded = coder.decode(data)
    return {"data": data.hex(), "fields": freeze({name: getattr(decoded, name) for name in fields})}


def record_program(idl: str) -> dict:
    """All cases of one program."""
    interface = json.loads(idl)
    address = Sampler(case=2).key()
    program = Program(Idl.from_json(idl), address, Provider.readonly())
    cases = range(2 + RANDOM_CASES)
    return {
        "instructions": {
            instruction["name"]: [record_instruction(program, instruction, case) for case in cases]
            for instruction in interface["instructions"]
        },
        "accounts": {
            account["name"]: [record_account(program.coder.accounts, account, case) for case in cases]
            for account in interface["accounts"]
        },
    }


def freeze(value: object) -> object:
    """The value as JSON."""
    if isinstance(value, dict):
        return {name: freeze(item) for name, item in value.items()}
    if isinstance(value, Pubkey):
        return {"key": str(value)}
    if isinstance(value, list):
        flat = value and all(isinstance(item, int) for item in value)
        return {"bytes": bytes(value).hex()} if flat else [freeze(item) for item in value]
    return value


def main() -> None:
    """Record every program of the folder."""
    idl, target = map(Path, sys.argv[1:])
    recorded = {name: record_program((idl / f"{file}.json").read_text()) for name, file in PROGRAMS.items()}
    # one line an instruction or account: small, and a change shows in a diff
    lines = [
        f'"{program}/{part}/{item}": {json.dumps(cases, separators=(",", ":"))}'
        for program, parts in recorded.items()
        for part, items in parts.items()
        for item, cases in items.items()
    ]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
