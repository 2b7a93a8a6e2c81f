"""Trying a transaction without sending it: what it uses, and what it moves."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.nonces import nonce_of
from nosana_chain.engine.shortage import funded_by, need_of
from nosana_chain.errors import AmountError, InsufficientFundsError
from nosana_chain.reading.explain_transaction import explained_failure
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.reading.simulated_calls import SimulatedCalls, simulated_transfers
from nosana_chain.units import U64_MAX, Lamports
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.envelope import unreadable
from nosana_chain.wire.texts import EndpointText


@dataclass(frozen=True, slots=True)
class Simulation:
    """A transaction that would succeed now.

    Attributes:
        compute_units: what it used; None where the node doesn't tell.
        logs: what the programs logged.
        by_instruction: the token transfers that each of its instructions called for; None where the node doesn't tell.
        after: the accounts that were asked for, as the transaction would leave them.
        funded: lamports that wallets put into other accounts by the system program, by wallet; rent, above all.
    """

    compute_units: int | None
    logs: tuple[str, ...] = field(repr=False)
    by_instruction: Mapping[int, tuple[TokenTransfer, ...]] | None = None
    after: Mapping[Pubkey, Account | None] = field(default_factory=dict, repr=False)
    funded: Mapping[Pubkey, Lamports] = field(default_factory=dict, repr=False)

    @property
    def called(self) -> tuple[TokenTransfer, ...] | None:
        """The token transfers of all of them."""
        if self.by_instruction is None:
            return None
        return tuple(one for moved in self.by_instruction.values() for one in moved)


class _Account(msgspec.Struct):
    lamports: int
    data: tuple[bytes, str]
    owner: str


class _Value(msgspec.Struct, rename="camel"):
    err: Any = None
    logs: list[EndpointText] | None = None
    units_consumed: int | None = None
    inner_instructions: SimulatedCalls | None = None
    accounts: list[_Account | None] | None = None


class _Answer(msgspec.Struct):
    value: _Value


async def simulate(
    connection: Connection, transaction: VersionedTransaction, *, watched: Sequence[Pubkey] = ()
) -> Simulation:
    """Run `transaction` against the cluster's present state; nothing is sent, and signatures aren't looked at.

    The cluster puts in a recent blockhash of its own, but for one that lives by a nonce. Network: 1 call.

    Args:
        connection: the cluster.
        transaction: signed or not.
        watched: accounts of the transaction to tell about afterwards.

    Raises:
        TransactionFailedError: it would fail; a subclass says why. `signature` is None.
        RpcError: the endpoint didn't answer as it should.
    """
    encoded = base64.b64encode(bytes(transaction)).decode()
    by_blockhash = nonce_of(transaction.message) is None
    options = connection.seen_options(
        encoding="base64", sigVerify=False, replaceRecentBlockhash=by_blockhash, innerInstructions=True
    )
    if watched:
        options["accounts"] = {"encoding": "base64", "addresses": [str(address) for address in watched]}
    value = (await connection.call("simulateTransaction", encoded, options, answer=_Answer)).value
    logs = value.logs or []
    if value.err is not None:
        failure = explained_failure(value.err, logs=logs, network=connection.network, transaction=transaction)
        if isinstance(failure, InsufficientFundsError):
            failure.add_facts(**need_of(failure, value.err, transaction.message, value.inner_instructions or []))
        raise failure
    try:
        return _simulation(value, tuple(logs), watched, funded_by(transaction.message, value.inner_instructions or []))
    except (ValueError, AmountError) as error:  # a text that is no address or no number
        raise unreadable("simulateTransaction", connection.transport.endpoint) from error


def _simulation(
    value: _Value, logs: tuple[str, ...], watched: Sequence[Pubkey], funded: Mapping[Pubkey, Lamports]
) -> Simulation:
    used = value.units_consumed
    if used is not None and not 0 <= used <= U64_MAX:
        raise ValueError(used)
    return Simulation(
        compute_units=used,
        logs=logs,
        by_instruction=None if value.inner_instructions is None else simulated_transfers(value.inner_instructions),
        funded=funded,
        after=dict(zip(watched, map(_account, value.accounts or ()), strict=True)) if watched else {},
    )


def _account(found: _Account | None) -> Account | None:
    return None if found is None else Account(found.lamports, found.data[0], Pubkey.from_string(found.owner))
