from typing import Any

import pytest
from fault.wire import ScriptedTransport, failure, result
from solders.hash import Hash
from solders.pubkey import Pubkey

from nosana_chain.errors import (
    Retry,
    RpcEndpointError,
    RpcError,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
)
from nosana_chain.wire.accounts import AccountAnswer
from nosana_chain.wire.envelope import EnvelopeTransport
from nosana_chain.wire.texts import EndpointText, Scrubber
from nosana_chain.wire.transport import RpcRequest


async def _read(answer: bytes, *, as_type: Any = Any, method: str = "getSlot", hide: str = "") -> Any:
    inner = ScriptedTransport({method: [answer]})
    request = RpcRequest(method, b'{"method":"%s"}' % method.encode(), as_type)
    return await EnvelopeTransport(inner, scrubber=Scrubber([hide])).send(request)


async def _error_of(answer: bytes, **options: Any) -> RpcError:
    with pytest.raises(RpcError) as caught:
        await _read(answer, **options)
    assert (caught.value.method, caught.value.endpoint) == (options.get("method", "getSlot"), "http://scripted")
    return caught.value


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (-32001, RpcResponseError, "no longer kept"),
        (-32002, RpcResponseError, "trial run of the transaction failed"),
        (-32003, RpcResponseError, "signature is wrong"),
        (-32004, RpcUnreachableError, "not there yet"),
        (-32005, RpcUnreachableError, "behind the cluster"),
        (-32010, RpcResponseError, "doesn't list the accounts"),
        (-32011, RpcResponseError, "keeps no history"),
        (-32014, RpcUnreachableError, "not known yet"),
        (-32016, RpcUnreachableError, "behind the slot"),
        (-32019, RpcUnreachableError, "archive"),
        (-32429, RpcRateLimitError, "too many requests"),
        (429, RpcRateLimitError, "too many requests"),
        (-32601, RpcResponseError, "doesn't serve this method"),
        (-32602, RpcResponseError, "refused the request"),
        (-32605, RpcRateLimitError, "too many requests"),
        (7429, RpcRateLimitError, "too many requests"),
        (410, RpcResponseError, "doesn't serve this method"),
        (401, RpcResponseError, "API token"),
        (502, RpcUnreachableError, "failure of its own"),
        (-32000, RpcEndpointError, "failed at it"),
        (-32603, RpcEndpointError, "failed at it"),
        (123456, RpcEndpointError, "failed at it"),
    ],
)
async def test_error_codes(code: int, kind: type[RpcError], says: str) -> None:
    error = await _error_of(failure(code, "the node's words", data={"numSlotsBehind": 5}))
    assert type(error) is kind
    assert says in error.message
    assert f"{code}: the node's words" in error.message
    assert error.facts["rpc_code"] == code
    assert error.facts["data"] == {"numSlotsBehind": 5}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        b"5",
        b'"text"',
        b'{"jsonrpc":"2.0","id":0}',
        b'{"error":"a text"}',
        b'{"error":{"message":"no code"}}',
        b'{"result":{"a":1}',
        b'{"error":null}',
    ],
)
async def test_what_is_no_answer(answer: bytes) -> None:
    error = await _error_of(answer)
    assert isinstance(error, RpcResponseError)
    assert error.rpc_code is None


async def test_an_error_beside_a_result_is_an_error() -> None:
    for beside in (b"5", b"null", b'"another form"'):
        answer = b'{"result":%s,"error":{"code":-32005,"message":"behind"}}' % beside
        assert (await _error_of(answer, as_type=int)).facts["rpc_code"] == -32005


@pytest.mark.parametrize("value", [None, 0, [], {"a": [1]}])
async def test_result_of_any_form(value: object) -> None:
    assert await _read(result(value)) == value


async def test_error_null_beside_a_result_is_a_result() -> None:
    assert await _read(b'{"result":5,"error":null}') == 5


@pytest.mark.parametrize("code", [-32603, -32000, 123456, -32700 - 1])
async def test_what_nobody_knows_is_the_endpoints_trouble_on_reads_alone(code: int) -> None:
    assert (await _error_of(failure(code))).retry is Retry.SAME
    assert (await _error_of(failure(code), method="requestAirdrop")).retry is Retry.NEVER


@pytest.mark.parametrize("code", [-32005, -32007, -32000, 5])
@pytest.mark.parametrize("words", ["50/second request limit reached", "Rate limit exceeded", "Too Many Requests"])
async def test_limits_are_known_by_their_words_too(code: int, words: str) -> None:
    assert isinstance(await _error_of(failure(code, words)), RpcRateLimitError)


@pytest.mark.parametrize(
    ("as_type", "value"),
    [
        (int, "5"),
        (Pubkey, "1" * 45),
        (Pubkey, "no address"),
        (Pubkey, 5),
        (Hash, "1" * 10_000),
        (
            AccountAnswer,
            {"lamports": 1, "data": ["KLUv/QAAAQAA", "base64+zstd"], "owner": "1" * 32, "executable": False},
        ),
        (AccountAnswer, {"lamports": 1, "data": ["=", "base64"], "owner": "1" * 32, "executable": False}),
        (AccountAnswer, {"lamports": -1, "data": ["", "base64"], "owner": "1" * 32, "executable": False}),
        (AccountAnswer, {"lamports": 2**64, "data": ["", "base64"], "owner": "1" * 32, "executable": False}),
    ],
)
async def test_a_result_of_another_form_is_the_endpoints_trouble(as_type: Any, value: Any) -> None:
    error = await _error_of(result(value), as_type=as_type)
    assert isinstance(error, RpcEndpointError)
    assert error.retry is Retry.SAME


@pytest.mark.parametrize("epoch", ["18446744073709552000", "1.8e19", "1.8446744073709552e19", '"x"', "null", "[{}]"])
async def test_a_field_that_nobody_uses_stops_no_read(epoch: str) -> None:
    account = f'{{"lamports":1,"data":["YWI=","base64"],"owner":"{"1" * 32}","executable":false,"rentEpoch":{epoch}}}'
    found = await _read(f'{{"result":{account}}}'.encode(), as_type=AccountAnswer)
    assert found.account().data == b"ab"


@pytest.mark.parametrize("opened", [b"[", b'{"a":', b'[{"":'])
async def test_answers_that_are_deep_are_refused_before_they_are_read(opened: bytes) -> None:
    closed = {b"[": b"]", b'{"a":': b"}", b'[{"":': b"}]"}[opened]
    deep = opened * 100_000 + b"1" + closed * 100_000
    for answer in (b'{"result":%s}' % deep, b'{"error":{"code":-32002,"message":"x","data":%s}}' % deep):
        assert "no readable answer" in (await _error_of(answer)).message


async def test_the_words_of_an_endpoint_are_one_clean_line_without_the_token() -> None:
    words = "bad key SECRETTOKEN \x1b]0;owned\x07\x1b[2J\nerror: a false line\u202e\u2028" + "x" * 10_000
    data = {"logs": ["SECRETTOKEN\n", {"\x1b": ["SECRETTOKEN"]}], "n": 5}
    error = await _error_of(failure(-32000, words, data=data), hide="SECRETTOKEN")
    told = error.message + str(error.as_json()) + repr(error.facts)
    assert "SECRET" not in told
    assert error.message.isprintable()
    assert len(error.message) < 600
    assert error.facts["data"] == {"logs": ["…", {"": ["…"]}], "n": 5}


async def test_texts_of_an_answer_are_cleaned_where_its_type_says_so() -> None:
    answer = result(["a\x1b[2Jb\n", "plain", "SECRETTOKEN"])
    found = await _read(answer, as_type=list[EndpointText], hide="SECRETTOKEN")
    assert found == ["a [2Jb", "plain", "…"]
