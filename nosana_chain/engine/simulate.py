"""Trying a transaction without sending it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import msgspec
from solders.transaction import VersionedTransaction

from nosana_chain.reading.explain_transaction import explained_failure
from nosana_chain.wire.connection import Connection


@dataclass(frozen=True, slots=True)
class Simulation:
    """A transaction that would succeed now.

    Attributes:
        units: compute units that it used.
        logs: what the programs logged.
    """

    units: int
    logs: tuple[str, ...] = field(repr=False)


class _Value(msgspec.Struct, rename="camel"):
    err: Any = None
    logs: list[str] | None = None
    units_consumed: int = 0


class _Answer(msgspec.Struct):
    value: _Value


async def simulate(connection: Connection, transaction: VersionedTransaction) -> Simulation:
    """Run `transaction` against the cluster's present state; nothing is sent, and signatures aren't looked at.

    The cluster puts in a recent blockhash of its own. Network: 1 call.

    Raises:
        TransactionFailedError: it would fail; a subclass says why. `signature` is None.
        RpcError: the endpoint didn't answer as it should.
    """
    encoded = base64.b64encode(bytes(transaction)).decode()
    settings = connection.seen_settings(encoding="base64", sigVerify=False, replaceRecentBlockhash=True)
    value = (await connection.call("simulateTransaction", encoded, settings, answer=_Answer)).value
    logs = value.logs or []
    if value.err is not None:
        raise explained_failure(value.err, logs=logs, network=connection.network, transaction=transaction)
    return Simulation(value.units_consumed, tuple(logs))
