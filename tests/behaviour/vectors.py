"""Recorded cases: the files of tests/vectors (their format is in the README there)."""

import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey

from behaviour.builds import BUILDS, ROOT
from behaviour.call import ABSENT, Account, AnchorError, Call, InnerCall, Meta, Outcome, State, Trace

FOLDER = ROOT / "tests" / "vectors"
ODD_FOLDER = FOLDER / "odd"  # cases that other recordings did not have
FOLDERS = FOLDER, ODD_FOLDER
SUFFIX = ".json.xz"


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded instruction: the call, the accounts before it, and what it did."""

    name: str
    instruction: str
    call: Call
    before: State
    expected: Outcome


def folders(chosen: Path | None) -> tuple[Path, ...]:
    """The folders whose cases are run: the one that somebody chose, or else all that the repository has."""
    return (chosen,) if chosen else FOLDERS


def recorded_builds(folder: Path) -> list[str]:
    """The names of the builds that `folder` has cases of."""
    return sorted({_build_of(path) for path in _files(folder)})


@cache
def read_cases(folder: Path, build: str) -> tuple[Case, ...]:
    """Read every case of one build: those of its own file, and of all others that name its program."""
    return tuple(case for path in _files(folder) if _build_of(path) == build for case in _cases(_content(path)))


def _files(folder: Path) -> list[Path]:
    """The files with cases, packed or plain; a folder may hold other JSON too."""
    packed, plain = sorted(folder.glob(f"*{SUFFIX}")), sorted(folder.glob("*.json"))
    return packed + [path for path in plain if "cases" in _content(path)]


def _content(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    content: dict[str, Any] = json.loads(lzma.decompress(data) if path.suffix == ".xz" else data)
    return content


def _build_of(path: Path) -> str:
    """The build of the file's name, or else the plain one of the program that it is of."""
    name = path.name.partition(".")[0]
    return name if path.suffix == ".xz" or name in BUILDS else str(_content(path)["program"])


def _cases(recorded: dict[str, Any]) -> Iterator[Case]:
    program = Pubkey.from_string(recorded["program_id"])
    states = [_account(*state) for state in recorded["states"]]
    return (_case(raw, program, states) for raw in recorded["cases"])


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
    trace = _trace(raw)
    if raw["ok"]:
        return Outcome(after=_state(raw["after"], states), trace=trace)
    line = raw.get("anchor")
    return Outcome(error=raw["error"], anchor=AnchorError(**line) if line else None, trace=trace)


def _trace(raw: dict[str, Any]) -> Trace | None:
    if "calls" not in raw:
        return None
    left, right = raw.get("compared") or (None, None)
    return Trace(tuple(map(_inner_call, raw["calls"])), None if left is None else (left, right))


def _inner_call(raw: list[Any]) -> InnerCall:
    depth, program, accounts, data = raw
    addresses = tuple(map(Pubkey.from_string, accounts))
    return InnerCall(depth, Pubkey.from_string(program), addresses, bytes.fromhex(data))


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
        return {"ok": True, "after": _indices(outcome.after, states), **_trace_row(outcome.trace)}
    anchor = {"anchor": outcome.anchor._asdict()} if outcome.anchor else {}
    return {"ok": False, "error": outcome.error, **anchor, **_trace_row(outcome.trace)}


def _trace_row(trace: Trace | None) -> dict[str, Any]:
    if trace is None:
        return {}
    calls = [[call.depth, str(call.program), list(map(str, call.accounts)), call.data.hex()] for call in trace.inner]
    return {"calls": calls} | ({"compared": trace.compared} if trace.compared else {})
