"""Handing a signed transaction to the cluster."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.errors import NosanaError, OutcomeUnknownError, RpcError, RpcResponseError
from nosana_chain.reading.explain_transaction import explained_failure
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.envelope import PREFLIGHT_FAILURE, SIGNATURE_VERIFICATION_FAILURE

_ALREADY_PROCESSED = "AlreadyProcessed"
_SIGNATURE_FAILURE = "SignatureFailure"

# Refusals of the bytes themselves: the node read them and passed nothing on. After every other error the
# transaction may be on its way: an answer can be lost, cut or replaced by a proxy's page.
_REFUSALS = (
    -32700,  # parse error
    -32602,  # invalid params: not a transaction, or too large
    -32601,  # method not found
    -32600,  # invalid request
    -32006,  # precompile verification failure
    -32013,  # wrong number of signatures
    -32015,  # unsupported transaction version
)
_DENIED = range(400, 500)  # HTTP: the endpoint's gate, before any node

# What Surfpool says in place of the `data` of a preflight failure.
_SAID_WITHOUT_DATA = {
    "already been processed": _ALREADY_PROCESSED,
    "signature verification": _SIGNATURE_FAILURE,
}


class _Preflight(msgspec.Struct):
    err: Any = None
    logs: list[str] | None = None


async def send(connection: Connection, signed: SignedTransaction) -> None:
    """Send the bytes once; that they were taken does not mean that they land: see `confirm`.

    The node's own trial run (preflight) is off: it would judge a repeated send by the state after the first.
    Simulate before signing instead. Network: 1 call.

    Safe to retry: yes, the same signed transaction lands at most once.

    Raises:
        TransactionFailedError: the node refuses the transaction; it was not passed on.
        RpcResponseError: the endpoint refuses the request; the transaction was not passed on.
        OutcomeUnknownError: no clear answer came; the transaction may be on its way.
    """
    encoded = base64.b64encode(signed.raw).decode()
    settings = {"encoding": "base64", "skipPreflight": True}
    try:
        await connection.call("sendTransaction", encoded, settings, answer=str)
    except RpcError as error:
        verdict = _verdict(error, connection, signed)
        if verdict is not None:
            raise verdict from error


def _verdict(error: RpcError, connection: Connection, signed: SignedTransaction) -> NosanaError | None:
    """What to raise for an error of sendTransaction; None when the transaction is on chain already."""
    code = error.facts.get("rpc_code")
    if code == SIGNATURE_VERIFICATION_FAILURE:
        return _refused(_SIGNATURE_FAILURE, (), connection, signed)
    if code == PREFLIGHT_FAILURE:
        return _preflight_verdict(error, connection, signed)
    if isinstance(error, RpcResponseError) and (code in _REFUSALS or error.facts.get("http_status") in _DENIED):
        return error
    return _unknown(error, signed)


def _preflight_verdict(error: RpcError, connection: Connection, signed: SignedTransaction) -> NosanaError | None:
    preflight = _read_preflight(error.facts["data"])
    failure = preflight.err or _said(error.facts["rpc_message"])
    if failure is None:
        return _unknown(error, signed)
    if failure == _ALREADY_PROCESSED:
        return None
    return _refused(failure, preflight.logs or (), connection, signed)


def _read_preflight(data: Any) -> _Preflight:
    try:
        return msgspec.convert(data, _Preflight)
    except msgspec.ValidationError:
        return _Preflight()


def _refused(failure: Any, logs: Sequence[str], connection: Connection, signed: SignedTransaction) -> NosanaError:
    return explained_failure(failure, logs=logs, network=connection.network, transaction=signed.transaction)


def _said(message: str) -> Any:
    return next((name for words, name in _SAID_WITHOUT_DATA.items() if words in message.lower()), None)


def _unknown(error: RpcError, signed: SignedTransaction) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"transaction {signed.signature} was sent without a clear answer ({error}); it may still land: "
        "look it up before you send anything else",
        signature=str(signed.signature),
        endpoint=error.facts["endpoint"],
    )
