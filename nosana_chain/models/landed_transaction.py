"""What a cluster keeps about a transaction that is on chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, TokenUnits, UnixSeconds


class Unknown(StrEnum):
    """What an endpoint may leave out of its answer about a transaction."""

    OUTCOME = "outcome"  #: whether it succeeded
    FEE = "fee"
    COMPUTE_UNITS = "compute units"
    LOGS = "logs"
    CALLS = "inner instructions"
    BALANCES = "balances"
    TOKEN_BALANCES = "token balances"  # noqa: S105  no secret


@one_line
@dataclass(frozen=True, slots=True)
class LoadedAddresses:
    """What a cluster read from the lookup tables of a transaction, in the transaction's order."""

    writable: tuple[Pubkey, ...] = ()
    readonly: tuple[Pubkey, ...] = ()


@dataclass(frozen=True, slots=True)
class InnerInstruction:
    """An instruction that a program called. Accounts are indices into those of the transaction.

    Attributes:
        caller: which instruction of the transaction it belongs to, from 0.
        depth: 1 where that instruction itself called it, 2 one call further in.
        program: the program's index.
        accounts: their indices, in the instruction's order.
        data: discriminator and arguments.
    """

    caller: int
    depth: int
    program: int
    accounts: tuple[int, ...]
    data: bytes


@one_line
@dataclass(frozen=True, slots=True)
class BalanceChange:
    """What a transaction did to one account.

    Attributes:
        account: its index.
        lamports: gained, or lost when negative. The fee is not in it.
        tokens: base units gained, or lost when negative.
        mint: of a token account; None for every other account.
    """

    account: int
    lamports: Lamports
    tokens: TokenUnits
    mint: Pubkey | None


@dataclass(frozen=True, slots=True)
class LandedTransaction:
    """What the cluster keeps about a transaction, as far as the endpoint tells it.

    Attributes:
        slot: where it landed.
        error: the TransactionError as JSON; None where it succeeded, and where `outcome_known` is false.
        fee: lamports that the fee payer lost to it, priority fee included; failed transactions pay too. What all
            accounts together lost, where their balances are told: that is exact. Else as the endpoint says, some of
            which leave the priority fee out. None where neither is told.
        compute_units: what it used; None where it isn't told.
        logs: what the programs logged; empty where they aren't told.
        raw: the bytes that were sent.
        loaded: what its lookup tables held; None where it isn't told.
        inner: what its instructions called, in the order of the calls; empty where they aren't told.
        changes: of every account, and also of those that didn't change; empty where they aren't told.
        block_time: when its block was made; None where it isn't told.
        unknown: what the endpoint left out.
    """

    slot: int
    error: Any
    fee: Lamports | None
    compute_units: int | None
    logs: tuple[str, ...]
    raw: bytes = field(repr=False)
    loaded: LoadedAddresses | None
    inner: tuple[InnerInstruction, ...]
    changes: tuple[BalanceChange, ...]
    block_time: UnixSeconds | None = None
    unknown: frozenset[Unknown] = frozenset()

    @property
    def outcome_known(self) -> bool:
        """Whether the endpoint says if it succeeded: no error is a success only then."""
        return Unknown.OUTCOME not in self.unknown
