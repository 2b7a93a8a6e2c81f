"""Handing a signed transaction to the cluster.

What the cluster answers is no verdict: a gateway may have passed the bytes on before it refused them, and a node behind
the same URL may not know a blockhash that the next one knows. Only the chain decides: see `confirm`.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.errors import RpcError, RpcResponseError
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.envelope import PREFLIGHT_FAILURE, SIGNATURE_VERIFICATION_FAILURE

# Refusals of the bytes themselves, which sending them again will not change.
_FINAL_CODES = (
    -32700,  # parse error
    -32602,  # invalid params: not a transaction, or too large
    -32601,  # method not found
    -32600,  # invalid request
    SIGNATURE_VERIFICATION_FAILURE,
    -32006,  # precompile verification failure
    -32013,  # wrong number of signatures
    -32015,  # unsupported transaction version
)
_DENIED = range(300, 500)  # HTTP: the endpoint's gate, before any node; redirects aren't followed
_NO_DENIAL = (408, 409, 425, 429, 499)  # of these: gave up waiting, or asks to come again
_SIGNATURE_FAILURE = "SignatureFailure"
_SAID = "signature verification"  # by Surfpool, in place of the `data` of a preflight failure


class _Preflight(msgspec.Struct):
    err: Any = None


async def send(connection: Connection, signed: SignedTransaction) -> RpcError | None:
    """Send the bytes once, without the node's own trial run, which judges a second by the state after the first.

    Returns:
        None where the bytes were taken, or may have been; the error where the endpoint refuses them for good. Neither
        says what becomes of them. Network: 1 call.

    Safe to retry: yes, the same signed transaction lands at most once.
    """
    encoded = base64.b64encode(signed.raw).decode()
    try:
        await connection.call("sendTransaction", encoded, {"encoding": "base64", "skipPreflight": True}, answer=str)
    except RpcError as error:
        return error if _is_final(error) else None
    return None


def _is_final(error: RpcError) -> bool:
    code, status = error.facts.get("rpc_code"), error.facts.get("http_status")
    if code == PREFLIGHT_FAILURE:
        return _is_bad_signature(error)
    denied = status in _DENIED and status not in _NO_DENIAL
    return isinstance(error, RpcResponseError) and (code in _FINAL_CODES or denied)


def _is_bad_signature(error: RpcError) -> bool:
    try:
        said = msgspec.convert(error.facts.get("data"), _Preflight).err
    except msgspec.ValidationError:
        said = None
    return said == _SIGNATURE_FAILURE or (said is None and _SAID in error.facts.get("rpc_message", "").lower())
