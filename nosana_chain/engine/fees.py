"""What a transaction asks for beyond its instructions: compute units, and a price for being taken early.

Base fee: 5,000 lamports a signature. On top comes limit x price, where it is worth paying one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.instruction import AccountMeta, Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey

from nosana_chain.errors import AmountError, RpcClosedError, RpcError, RpcLoopError
from nosana_chain.reading.fees import MAX_UNIT_LIMIT, MICRO_LAMPORTS
from nosana_chain.units import U64_MAX, Lamports, u64
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import no_answer_came

# Compute budget of the validator (program-runtime/src/execution_budget.rs, and builtins' default costs).
DEFAULT_UNITS_PER_INSTRUCTION = 200_000  #: what the runtime grants an instruction when no limit is set
BUDGET_INSTRUCTION_UNITS = 150  #: what each compute budget instruction itself uses

DEFAULT_MAX_PRIORITY = Lamports(100_000)

_ALL_PERCENT = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePolicy:
    """What may be spent on fees.

    Attributes:
        priority_percentile: 0 to 100. Pay what at least so many percent of the recent transactions that
            locked the same accounts paid.
        max_priority_lamports: at most so much on top of the base fee; 0 pays no priority fee and asks for none.
        compute_margin_percent: ask for so much more compute than the simulation used, for a state that moved on.
        compute_margin_units: ask for at least so many compute units more. A job or a host that meets its other half
            only after the simulation has an account created for the run, which no percentage of a small call covers.

    Raises:
        AmountError: a number out of its range; margins are 0 or more.
    """

    priority_percentile: int = 60
    max_priority_lamports: Lamports = DEFAULT_MAX_PRIORITY
    compute_margin_percent: int = 15
    compute_margin_units: int = 20_000

    def __post_init__(self) -> None:
        u64(self.max_priority_lamports, "max_priority_lamports")
        u64(self.compute_margin_percent, "compute_margin_percent")
        u64(self.compute_margin_units, "compute_margin_units")
        if u64(self.priority_percentile, "priority_percentile") > _ALL_PERCENT:
            raise AmountError(f"a percentile is 0 to {_ALL_PERCENT}, not {self.priority_percentile}")


DEFAULT_FEES = FeePolicy()


class _Sample(msgspec.Struct, rename="camel"):
    prioritization_fee: Annotated[int, msgspec.Meta(ge=0)]


_METHOD = "getRecentPrioritizationFees"
_SAMPLES: Any = Annotated[list[_Sample], msgspec.Meta(max_length=10_000)]  # 150 blocks of a validator


def unit_limit(compute_units: int, policy: FeePolicy) -> int:
    """Compute units to ask for when a simulation used so many; 0 to 1,400,000, whatever an endpoint says."""
    compute_units = min(max(0, compute_units), MAX_UNIT_LIMIT)
    margin = max(-(-compute_units * policy.compute_margin_percent // _ALL_PERCENT), policy.compute_margin_units)
    return min(MAX_UNIT_LIMIT, compute_units + margin + BUDGET_INSTRUCTION_UNITS)


def default_unit_limit(instructions: Sequence[Instruction]) -> int:
    """Compute units that the runtime grants `instructions` when nothing else is asked for."""
    return min(MAX_UNIT_LIMIT, DEFAULT_UNITS_PER_INSTRUCTION * len(instructions))


def unit_price(samples: Sequence[int], limit: int, policy: FeePolicy) -> int:
    """Micro-lamports for a compute unit: the policy's percentile of `samples`, within its cap for `limit` units.

    0 where nobody pays: then no price is asked for.
    """
    if not samples:
        return 0
    rank = max(1, -(-len(samples) * policy.priority_percentile // _ALL_PERCENT))
    cap = policy.max_priority_lamports * MICRO_LAMPORTS // limit
    return min(sorted(samples)[rank - 1], cap, U64_MAX)


def budget_instructions(limit: int, price: int, *, mark: Pubkey | None = None) -> list[Instruction]:
    """The instructions that ask for `limit` compute units at `price` micro-lamports each.

    Args:
        limit: compute units.
        price: micro-lamports for each; 0 asks for none.
        mark: an address that the transaction only names, so that it differs from every other one. The compute budget
            program looks at no account.
    """
    asked = [_marked(set_compute_unit_limit(limit), mark)]
    return [*asked, set_compute_unit_price(price)] if price else asked


def _marked(instruction: Instruction, mark: Pubkey | None) -> Instruction:
    if mark is None:
        return instruction
    named = AccountMeta(mark, is_signer=False, is_writable=False)
    return Instruction(instruction.program_id, bytes(instruction.data), [named])


def writable_addresses(message: MessageV0) -> list[str]:
    """The accounts that `message` locks for writing: the ones it competes for."""
    keys = message.account_keys
    return [str(key) for index, key in enumerate(keys) if message.is_maybe_writable(index)]


async def fetch_unit_prices(connection: Connection, addresses: Sequence[str]) -> list[int]:
    """What was paid of late, in micro-lamports a compute unit, for locking these accounts.

    Nothing where the endpoint refuses or fails to tell: what others paid is unknown there, which is no reason to send
    nothing. It is logged, once for each connection. Network: 1 call.
    """
    try:
        samples = await connection.call(_METHOD, list(addresses), answer=_SAMPLES)
    except RpcError as error:
        if isinstance(error, (RpcClosedError, RpcLoopError)) or no_answer_came(error):
            raise
        if connection.first_time(_METHOD):
            _log.warning("no priority fee is paid, since nobody tells what others pay: %s", error)
        return []
    return [sample.prioritization_fee for sample in samples]
