"""What a cluster keeps about a transaction that is on chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.units import Lamports, TokenUnits


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
    """What the cluster keeps about a transaction.

    Attributes:
        slot: where it landed.
        error: None, or the TransactionError as JSON.
        fee: lamports that the fee payer paid; failed transactions pay too.
        compute_units: what it used; None where nobody tells.
        logs: what the programs logged.
        raw: the bytes that were sent.
        loaded: what its lookup tables held.
        inner: what its instructions called, in the order of the calls.
        changes: of every account, and also of those that didn't change.
    """

    slot: int
    error: Any
    fee: Lamports
    compute_units: int | None
    logs: tuple[str, ...]
    raw: bytes = field(repr=False)
    loaded: LoadedAddresses
    inner: tuple[InnerInstruction, ...]
    changes: tuple[BalanceChange, ...]
