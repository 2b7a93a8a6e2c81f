import pytest
from fault.wire import failure, result

from nosana_chain.errors import RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
from nosana_chain.wire.envelope import read_result
from nosana_chain.wire.transport import RpcRequest

REQUEST = RpcRequest("getSlot", b"{}")


def _error_of(answer: bytes) -> RpcError:
    with pytest.raises(RpcError) as caught:
        read_result(answer, REQUEST, "http://here")
    assert (caught.value.method, caught.value.endpoint) == ("getSlot", "http://here")
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
        (123456, RpcResponseError, "refused the request"),
    ],
)
def test_error_codes(code: int, kind: type[RpcError], says: str) -> None:
    error = _error_of(failure(code, "the node's words", data={"numSlotsBehind": 5}))
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
def test_what_is_no_answer(answer: bytes) -> None:
    error = _error_of(answer)
    assert isinstance(error, RpcResponseError)
    assert error.rpc_code is None


def test_an_error_beside_a_result_is_an_error() -> None:
    assert _error_of(b'{"result":5,"error":{"code":-32005,"message":"behind"}}').facts["rpc_code"] == -32005


@pytest.mark.parametrize("value", [None, 0, [], {"a": [1]}])
def test_result_of_any_form(value: object) -> None:
    assert read_result(result(value), REQUEST, "http://here") != b""


def test_error_null_beside_a_result_is_a_result() -> None:
    assert bytes(read_result(b'{"result":5,"error":null}', REQUEST, "http://here")) == b"5"
