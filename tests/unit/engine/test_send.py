import base64
from typing import Any

import pytest
from fault.wire import ScriptedTransport, failure, signed_transfer

from nosana_chain.engine.send import send
from nosana_chain.errors import RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

SIGNED = signed_transfer()
WHERE = {"endpoint": "http://scripted", "method": "sendTransaction"}


async def _send(answer: Any) -> tuple[RpcError | None, ScriptedTransport]:
    transport = ScriptedTransport({"sendTransaction": [answer]})
    return await send(Connection(LOCALNET, transport=transport), SIGNED), transport


@pytest.mark.parametrize(
    "answer",
    [
        *(failure(code) for code in (-32700, -32602, -32601, -32600, -32006, -32013, -32015)),
        failure(-32003, "Transaction signature verification failure"),
        failure(-32002, "Transaction error: Transaction did not pass signature verification"),
        failure(-32002, "no", data={"err": "SignatureFailure"}),
        *(
            RpcResponseError("denied", rpc_code=None, http_status=status, **WHERE)
            for status in (301, 307, 400, 401, 403, 404, 413)
        ),
    ],
)
async def test_refusals_for_good(answer: Any) -> None:
    refusal, _ = await _send(answer)
    assert isinstance(refusal, RpcResponseError)


@pytest.mark.parametrize(
    "answer",
    [
        RpcUnreachableError("gone", **WHERE),
        RpcRateLimitError("slow down", http_status=429, **WHERE),
        RpcResponseError("a page", rpc_code=None, **WHERE),
        *(RpcResponseError("gave up", rpc_code=None, http_status=status, **WHERE) for status in (408, 409, 425, 499)),
        b'{"jsonrpc":"2.0","resu',
        {"an": "object"},
        failure(-32005, "behind"),
        failure(-32603, "internal"),
        failure(-32099, "unheard of"),
        failure(-32002, "something without data"),
        failure(-32002, "another node doesn't know the hash", data={"err": "BlockhashNotFound", "logs": []}),
        failure(-32002, "it insists on a trial run", data={"err": {"InstructionError": [0, {"Custom": 1}]}}),
        failure(-32002, "data of another form", data="text"),
        failure(-32002, "simulation failed", data={"err": "AlreadyProcessed", "logs": []}),
    ],
)
async def test_what_says_nothing_of_the_bytes(answer: Any) -> None:
    refusal, _ = await _send(answer)
    assert refusal is None


async def test_sends_the_signed_bytes_once() -> None:
    refusal, transport = await _send(str(SIGNED.signature))
    assert refusal is None
    assert transport.methods == ["sendTransaction"]
    encoded, settings = transport.requests[0]["params"]
    assert base64.b64decode(encoded) == SIGNED.raw
    assert settings == {"encoding": "base64", "skipPreflight": True}
