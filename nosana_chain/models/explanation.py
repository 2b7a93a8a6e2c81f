"""A transaction in words: instructions with their arguments and accounts by role, and what was moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import TransactionFailedError
from nosana_chain.models.landed_transaction import Unknown
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, NosUnits, TokenUnits, UnixSeconds, format_nos, format_sol

_INDENT = "    "
_FAILED = "  <-- failed here"
_BLAMED = "<-- blamed"
_OUTCOME = Unknown.OUTCOME.value


@one_line
@dataclass(frozen=True, slots=True)
class LookupEntry:
    """An address that stands in a lookup table and was not read from there.

    Attributes:
        table: address of the lookup table.
        index: which of its entries, from 0.
    """

    table: Pubkey
    index: int

    def __str__(self) -> str:
        return f"entry {self.index} of lookup table {self.table}, not resolved"


Address = Pubkey | LookupEntry


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an instruction.

    Attributes:
        value: as JSON: a number in base units, a truth value or a text; bytes in hexadecimal.
        text: the same for people, with its unit.
    """

    value: Any
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedAccount:
    """An account of an instruction.

    Attributes:
        role: what the instruction calls it, in snake_case; "remaining_1" and so on for those that it doesn't name.
        address: where it stands.
        signer: it signs the transaction. A program that signs for an address of its own isn't told.
        writable: the transaction may change it.
        blamed: the program named it as the reason of its failure.
    """

    role: str
    address: Address
    signer: bool
    writable: bool
    blamed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The account as plain JSON values."""
        flags = {"signer": self.signer, "writable": self.writable, "blamed": self.blamed}
        return {"role": self.role, "address": str(self.address), **flags}

    def describe(self) -> str:
        """Address and flags in one line."""
        marks = {"signer": self.signer, "writable": self.writable, _BLAMED: self.blamed}
        return "  ".join([str(self.address), *(mark for mark, is_set in marks.items() if is_set)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedInstruction:
    """An instruction, as far as it can be read.

    Attributes:
        program: jobs, staking, ..., system, token, associated token account, compute budget; None for any other.
        program_id: address of the program.
        name: PascalCase name of the instruction; None when the program is unknown or has no such instruction.
        arguments: by snake_case name; empty when they can't be read.
        accounts: in the instruction's order.
        data_length: bytes of instruction data.
        remarks: what is odd about it, a sentence each.
        depth: 0 for an instruction of the transaction, 1 for one that it called, and so on.
        inner: what it called, in the order of the calls, at any depth.
        failed: it is the one that failed, or that called the one that failed.
        log_line: the program's own words on its failure.
    """

    program: str | None
    program_id: Address
    name: str | None
    arguments: Mapping[str, Argument]
    accounts: tuple[ExplainedAccount, ...]
    data_length: int
    remarks: tuple[str, ...] = ()
    depth: int = 0
    inner: tuple[ExplainedInstruction, ...] = ()
    failed: bool = False
    log_line: str | None = None

    @property
    def title(self) -> str:
        """Program and instruction: "jobs Extend"."""
        if self.program is None:
            return f"unknown program {self.program_id} ({self.data_length} bytes of data)"
        return f"{self.program} {self.name or f'unknown instruction ({self.data_length} bytes of data)'}"

    def as_json(self) -> dict[str, Any]:
        """The instruction as plain JSON values."""
        return {
            "program": self.program,
            "program_id": str(self.program_id),
            "name": self.name,
            "arguments": {name: {"value": one.value, "text": one.text} for name, one in self.arguments.items()},
            "accounts": [account.as_json() for account in self.accounts],
            "data_length": self.data_length,
            "remarks": list(self.remarks),
            "depth": self.depth,
            "inner": [instruction.as_json() for instruction in self.inner],
            "failed": self.failed,
            "log_line": self.log_line,
        }

    def lines(self, number: str) -> Iterator[str]:
        """The instruction as a block for people, under its number; what it called comes after it, further in."""
        indent = _INDENT * self.depth
        yield f"{indent}#{number} {self.title}{_FAILED if self.failed else ''}"
        yield from (indent + _INDENT + line for line in self._details())
        for count, instruction in enumerate(self.inner, start=1):
            yield from instruction.lines(f"{number}.{count}")

    def _details(self) -> Iterator[str]:
        rows = [(f"{name} =", one.text) for name, one in self.arguments.items()]
        rows += [(account.role, account.describe()) for account in self.accounts]
        yield from _table(rows)
        yield from (f"({remark})" for remark in self.remarks)
        if self.log_line:
            yield f"log: {self.log_line}"


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What a transaction did to the balances of one account. The fee is not in it.

    Attributes:
        address: the account.
        roles: what the transaction's instructions call it, each once; "fee payer" among them.
        lamports: gained, or lost when negative.
        nos: NOS base units gained, or lost when negative; 0 for an account of another token.
        other_tokens: base units of another token gained, or lost when negative.
        mint: of a token account; None for every other account.
    """

    address: Address
    roles: tuple[str, ...]
    lamports: Lamports
    nos: NosUnits
    other_tokens: TokenUnits
    mint: Pubkey | None

    def as_json(self) -> dict[str, Any]:
        """The movement as plain JSON values."""
        return {
            "address": str(self.address),
            "roles": list(self.roles),
            "lamports": self.lamports,
            "nos_units": self.nos,
            "other_tokens": self.other_tokens,
            "mint": None if self.mint is None else str(self.mint),
        }

    def describe(self) -> str:
        """Amounts and roles in one line."""
        amounts = [
            (self.nos, f"{format_nos(self.nos)} NOS"),
            (self.other_tokens, f"{self.other_tokens} base units of {self.mint}"),
            (self.lamports, f"{format_sol(self.lamports)} SOL"),
        ]
        moved = ", ".join(f"{'+' if amount > 0 else ''}{text}" for amount, text in amounts if amount)
        return f"{moved}  ({', '.join(self.roles)})" if self.roles else moved


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A transaction, read. `str()` of it is a block of lines for people.

    Attributes:
        signature: by which it is looked up; None when it isn't signed.
        slot: where it landed; None when it is not on chain.
        fee: lamports that the fee payer lost to it, in failure too, or would lose, where it was simulated; None where
            the endpoint doesn't tell.
        priority_fee: lamports of `fee` beyond what the signatures cost.
        compute_units: what it used; None where the endpoint doesn't tell.
        error: why it failed; None when it succeeded, didn't run, or nobody tells (see `unknown`).
        instructions: in their order.
        movements: of every account whose balances changed; empty when the transaction is not on chain.
        block_time: when its block was made; None where the endpoint doesn't tell.
        unknown: what the endpoint left out, in words: "outcome", "fee", "logs", "balances", ...
    """

    signature: Signature | None
    slot: int | None
    fee: Lamports | None
    priority_fee: Lamports | None
    compute_units: int | None
    error: TransactionFailedError | None
    instructions: tuple[ExplainedInstruction, ...]
    movements: tuple[Movement, ...]
    block_time: UnixSeconds | None = None
    unknown: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain JSON values. Whole numbers may be beyond 2**53."""
        return {
            "signature": None if self.signature is None else str(self.signature),
            "slot": self.slot,
            "fee_lamports": self.fee,
            "priority_fee_lamports": self.priority_fee,
            "block_time": self.block_time,
            "unknown": list(self.unknown),
            "compute_units": self.compute_units,
            "error": None if self.error is None else self.error.as_json(),
            "instructions": [instruction.as_json() for instruction in self.instructions],
            "movements": [movement.as_json() for movement in self.movements],
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"transaction {self.signature or '(not signed)'}"
        yield self._outcome()
        if self.unknown:
            yield f"not told by the endpoint: {', '.join(self.unknown)}"
        for number, instruction in enumerate(self.instructions):
            yield from instruction.lines(str(number))
        if self.movements:
            yield "moved, without the fee"
            rows = [(str(movement.address), movement.describe()) for movement in self.movements]
            yield from (_INDENT + line for line in _table(rows))

    def _outcome(self) -> str:
        if self.slot is None and self.fee is not None and self.error is None:
            return f"simulated, nothing was sent: {', '.join(self._costs())}; would succeed"
        if self.slot is None:
            return "not on chain" if self.error is None else self._verdict()
        facts = [f"slot {self.slot}", *self._costs()]
        return f"{', '.join(facts)}; {self._verdict()}"

    def _verdict(self) -> str:
        if self.error is not None:
            return f"failed: {self.error}"
        return "the endpoint doesn't tell whether it succeeded" if _OUTCOME in self.unknown else "succeeded"

    def _costs(self) -> Iterator[str]:
        if self.fee is not None:
            priority = f" ({format_sol(self.priority_fee)} of it for priority)" if self.priority_fee else ""
            yield f"fee {format_sol(self.fee)} SOL{priority}"
        if self.compute_units is not None:
            yield f"{self.compute_units} compute units"


def _table(rows: Sequence[tuple[str, str]]) -> Iterable[str]:
    width = max((len(left) for left, _ in rows), default=0)
    return (f"{left:<{width}}  {right}" for left, right in rows)
