"""A call of one instruction and its outcome, in the one form that recording, machine and model share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from solders.pubkey import Pubkey

SYSTEM_PROGRAM = Pubkey.default()
SHOWN_BYTES = 16  # of each side, from the first byte that differs


class Account(NamedTuple):
    """The state of an address. No lamports means that no account exists."""

    lamports: int = 0
    owner: Pubkey = SYSTEM_PROGRAM
    data: bytes = b""

    @property
    def exists(self) -> bool:
        return self.lamports > 0


ABSENT = Account()
State = Mapping[Pubkey, Account]


class Meta(NamedTuple):
    """An account as it is passed to a program."""

    address: Pubkey
    signer: bool = False
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One instruction, as a transaction of its own at the time `clock` (Unix seconds) and in a slot."""

    program: Pubkey
    clock: int
    accounts: tuple[Meta, ...]
    data: bytes
    slot: int = 0


class AnchorError(NamedTuple):
    """The line that Anchor logs for an error, without its free text."""

    name: str
    number: int
    account: str | None
    form: str  # "caused by account", "occurred" or "thrown"


class InnerCall(NamedTuple):
    """An instruction that a program had another program run: at depth 2 by the call itself, at 3 by its callee."""

    depth: int
    program: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes


class Trace(NamedTuple):
    """What a call did on its way: all inner calls in order, and the two values that its refusal says it compared."""

    inner: tuple[InnerCall, ...] = ()
    compared: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call did: `error` is None for success; `after` holds only the accounts that it changed.

    `events` are what it wrote to the log as data, for clients to read. `trace` is None where a recording leaves it out,
    and then any is as good.
    """

    error: str | None = None
    anchor: AnchorError | None = None
    after: State = field(default_factory=dict)
    events: tuple[bytes, ...] = ()
    trace: Trace | None = None
    compute_units: int | None = field(default=None, compare=False)


def changes(before: State, after: State) -> dict[Pubkey, Account]:
    """The accounts of `after` that are not as in `before`; all accounts without lamports are the same."""
    new = {address: account if account.exists else ABSENT for address, account in after.items()}
    return {address: account for address, account in new.items() if account != _existing(before, address)}


def first_difference(expected: Outcome, got: Outcome, before: State) -> str | None:
    """Name the first thing in which two outcomes differ, or give None when they are equal."""
    return next(_differences(expected, got, before), None)


def _differences(expected: Outcome, got: Outcome, before: State) -> Iterator[str]:
    if (expected.error, expected.anchor) != (got.error, got.anchor):
        yield f"expected {_told(expected)}, got {_told(got)}"
    if expected.events != got.events:
        yield f"expected the events {_hex(expected.events)}, got {_hex(got.events)}"
    if expected.trace is not None:
        yield from _trace_differences(expected.trace, got.trace or Trace())
    for address in sorted({*expected.after, *got.after}, key=str):
        old = _existing(before, address)
        yield from _account_differences(address, expected.after.get(address, old), got.after.get(address, old))


def _trace_differences(expected: Trace, got: Trace) -> Iterator[str]:
    if expected.inner != got.inner:
        yield f"expected the inner calls {_shown(expected.inner)}, got {_shown(got.inner)}"
    if expected.compared != got.compared:
        yield f"expected the refusal to compare {expected.compared}, got {got.compared}"


def _shown(inner: tuple[InnerCall, ...]) -> list[str]:
    return [
        f"{call.program} {call.data.hex()} of {' '.join(map(str, call.accounts))} at {call.depth}" for call in inner
    ]


def _hex(events: tuple[bytes, ...]) -> list[str]:
    return [event.hex() for event in events]


def _told(outcome: Outcome) -> str:
    if outcome.error is None:
        return "success"
    return f"{outcome.error} {tuple(outcome.anchor) if outcome.anchor else 'without an Anchor line'}"


def _account_differences(address: Pubkey, expected: Account, got: Account) -> Iterator[str]:
    if expected.lamports != got.lamports:
        yield f"{address}: expected {expected.lamports} lamports, got {got.lamports}"
    if expected.owner != got.owner:
        yield f"{address}: expected owner {expected.owner}, got {got.owner}"
    if len(expected.data) != len(got.data):
        yield f"{address}: expected {len(expected.data)} bytes, got {len(got.data)}"
    pairs = enumerate(zip(expected.data, got.data, strict=False))
    at = next((i for i, (want, have) in pairs if want != have), None)
    if at is not None:
        shown = slice(at, at + SHOWN_BYTES)
        yield f"{address}: from byte {at} expected {expected.data[shown].hex()}, got {got.data[shown].hex()}"


def _existing(state: State, address: Pubkey) -> Account:
    account = state.get(address, ABSENT)
    return account if account.exists else ABSENT
