import base64
from typing import Any

import pytest
from fault.wire import ScriptedTransport, failure, signed_transfer

from nosana_chain.engine.send import send
from nosana_chain.errors import (
    InsufficientFundsError,
    OutcomeUnknownError,
    Retry,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
    TransactionFailedError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

SIGNED = signed_transfer()
WHERE = {"endpoint": "http://scripted", "method": "sendTransaction"}


async def _send(answer: Any) -> ScriptedTransport:
    transport = ScriptedTransport({"sendTransaction": [answer]})
    await send(Connection(LOCALNET, transport=transport), SIGNED)
    return transport


@pytest.mark.parametrize(
    "answer",
    [
        RpcUnreachableError("gone", **WHERE),
        RpcRateLimitError("slow down", **WHERE),
        RpcResponseError("a page", rpc_code=None, **WHERE),
        b'{"jsonrpc":"2.0","resu',
        {"an": "object"},
        failure(-32005, "behind"),
        failure(-32603, "internal"),
        failure(-32099, "unheard of"),
        failure(-32002, "something without data"),
        failure(-32002, "data that is no failure", data={"err": None}),
        failure(-32002, "data of another form", data="text"),
        failure(-32002, "logs of another form", data={"err": "x", "logs": [1]}),
    ],
)
async def test_no_clear_answer_leaves_the_outcome_unknown(answer: Any) -> None:
    with pytest.raises(OutcomeUnknownError, match="look it up before you send anything else") as caught:
        await _send(answer)
    assert caught.value.signature == str(SIGNED.signature)
    assert caught.value.retry is Retry.CHECK_FIRST


@pytest.mark.parametrize("code", [-32700, -32602, -32601, -32600, -32006, -32013, -32015])
async def test_refused_bytes_were_not_passed_on(code: int) -> None:
    with pytest.raises(RpcResponseError) as caught:
        await _send(failure(code))
    assert caught.value.rpc_code == code


@pytest.mark.parametrize("http_status", [401, 403, 404, 413])
async def test_an_endpoint_that_lets_nobody_in(http_status: int) -> None:
    with pytest.raises(RpcResponseError):
        await _send(RpcResponseError("denied", rpc_code=None, http_status=http_status, **WHERE))


@pytest.mark.parametrize(
    "answer",
    [
        failure(-32003, "Transaction signature verification failure"),
        failure(-32002, "Transaction error: Transaction did not pass signature verification"),
    ],
)
async def test_wrong_signature(answer: bytes) -> None:
    with pytest.raises(TransactionFailedError, match="sign with the right keys") as caught:
        await _send(answer)
    assert (caught.value.reason, caught.value.signature) == ("SignatureFailure", None)


async def test_endpoint_that_insists_on_preflight() -> None:
    logs = ["Program 11111111111111111111111111111111 invoke [1]", "Transfer: insufficient lamports 1, need 2"]
    logs.append("Program 11111111111111111111111111111111 failed: custom program error: 0x1")
    data = {"err": {"InstructionError": [0, {"Custom": 1}]}, "logs": logs}
    with pytest.raises(InsufficientFundsError, match="holds 1 lamports and needs 2"):
        await _send(failure(-32002, "simulation failed", data=data))


@pytest.mark.parametrize(
    "answer",
    [
        failure(-32002, "simulation failed", data={"err": "AlreadyProcessed", "logs": []}),
        failure(-32002, "Internal error: This transaction has already been processed"),
    ],
)
async def test_what_is_on_chain_already_was_sent(answer: bytes) -> None:
    assert (await _send(answer)).methods == ["sendTransaction"]


async def test_sends_the_signed_bytes_once() -> None:
    transport = await _send(str(SIGNED.signature))
    assert transport.methods == ["sendTransaction"]
    encoded, settings = transport.requests[0]["params"]
    assert base64.b64decode(encoded) == SIGNED.raw
    assert settings == {"encoding": "base64", "skipPreflight": True}
