"""Recorded cases: the files of tests/vectors (their format is in the README there)."""

import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey

from behaviour.builds import BUILDS, ROOT
from behaviour.call import ABSENT, Account, AnchorError, Call, Meta, Outcome, State

FOLDER = ROOT / "tests" / "vectors"
SUFFIX = ".json.xz"


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded instruction: the call, the accounts before it, and what it did."""

    name: str
    instruction: str
    call: Call
    before: State
    expected: Outcome


def recorded_builds(folder: Path) -> list[str]:
    """The names of the builds that `folder` has cases of."""
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


@cache
def read_cases(folder: Path, build: str) -> tuple[Case, ...]:
    """Read every case of one build's file."""
    recorded = json.loads(lzma.decompress((folder / f"{build}{SUFFIX}").read_bytes()))
    program = Pubkey.from_string(recorded["program_id"])
    states = [_account(*state) for state in recorded["states"]]
    return tuple(_case(raw, program, states) for raw in recorded["cases"])


def write_cases(folder: Path, build: str, cases: Iterable[Case]) -> Path:
    """Write cases as one build's file, in the format that `read_cases` takes."""
    states: dict[Account, int] = {}
    rows = [_case_row(case, states) for case in cases]
    target = BUILDS[build]
    recorded = {
        "program": target.interface,
        "program_id": str(target.address),
        "states": [_state_row(account) for account in states],
        "cases": rows,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{build}{SUFFIX}"
    path.write_bytes(lzma.compress(json.dumps(recorded).encode()))
    return path


def _case(raw: dict[str, Any], program: Pubkey, states: list[Account]) -> Case:
    metas = tuple(Meta(Pubkey.from_string(address), bool(s), bool(w)) for address, s, w in raw["accounts"])
    return Case(
        name=raw["id"],
        instruction=raw["instruction"],
        call=Call(program, raw["clock"], metas, bytes.fromhex(raw["data"])),
        before=_state(raw["before"], states),
        expected=_outcome(raw["expect"], states),
    )


def _account(lamports: int, owner: str, length: int, hex_start: str) -> Account:
    if not lamports:
        return ABSENT
    return Account(lamports, Pubkey.from_string(owner), bytes.fromhex(hex_start).ljust(length, b"\0"))


def _state(raw: dict[str, int], states: list[Account]) -> State:
    return {Pubkey.from_string(address): states[index] for address, index in raw.items()}


def _outcome(raw: dict[str, Any], states: list[Account]) -> Outcome:
    if raw["ok"]:
        return Outcome(after=_state(raw["after"], states))
    line = raw.get("anchor")
    return Outcome(error=raw["error"], anchor=AnchorError(**line) if line else None)


def _state_row(account: Account) -> list[int | str]:
    return [account.lamports, str(account.owner), len(account.data), account.data.rstrip(b"\0").hex()]


def _case_row(case: Case, states: dict[Account, int]) -> dict[str, Any]:
    return {
        "id": case.name,
        "instruction": case.instruction,
        "clock": case.call.clock,
        "before": _indices(case.before, states),
        "accounts": [[str(meta.address), int(meta.signer), int(meta.writable)] for meta in case.call.accounts],
        "data": case.call.data.hex(),
        "expect": _outcome_row(case.expected, states),
    }


def _indices(state: State, states: dict[Account, int]) -> dict[str, int]:
    return {str(address): states.setdefault(account, len(states)) for address, account in state.items()}


def _outcome_row(outcome: Outcome, states: dict[Account, int]) -> dict[str, Any]:
    if outcome.error is None:
        return {"ok": True, "after": _indices(outcome.after, states)}
    anchor = {"anchor": outcome.anchor._asdict()} if outcome.anchor else {}
    return {"ok": False, "error": outcome.error, **anchor}
