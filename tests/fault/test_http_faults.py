import asyncio
import gzip
import logging
import traceback

import pytest
from solders.pubkey import Pubkey

from fault.wire import FakeTime, failure, http, http_server, result
from nosana_chain.errors import (
    ConfigError,
    Retry,
    RpcClosedError,
    RpcEndpointError,
    RpcError,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryingTransport
from nosana_chain.wire.transport import HttpTransport, RpcRequest

REQUEST = RpcRequest("getHealth", b'{"jsonrpc":"2.0","id":0,"method":"getHealth"}')
SLOW_SECONDS = 0.05
BALANCE = result({"context": {"slot": 1}, "value": 7})


async def _ask(url: str, **options: float) -> bytes:
    transport = HttpTransport(url, **options)
    try:
        return await transport.send(REQUEST)
    finally:
        await transport.aclose()


def _impatient(url: str) -> Connection:
    """The wire that users have, with waits that take no time."""
    return Connection(LOCALNET.at(url), sleep=FakeTime().sleep)


async def _error_of(answer: bytes, **options: float) -> RpcError:
    async with http_server(lambda _request: answer) as url:
        with pytest.raises(RpcError) as caught:
            await _ask(url, **options)
        assert caught.value.endpoint == url
        assert caught.value.method == "getHealth"
        return caught.value


async def test_nobody_listens() -> None:
    async with http_server(lambda _request: b"") as url:
        pass
    with pytest.raises(RpcUnreachableError, match=r"can't be reached.*check that it runs"):
        await _ask(url)


async def test_connection_dropped_without_an_answer() -> None:
    assert isinstance(await _error_of(b""), RpcUnreachableError)


async def test_connection_dropped_inside_the_answer() -> None:
    cut = http(b'{"jsonrpc"', length=1000)
    async with http_server(lambda _request: cut, keep_open=False) as url:
        with pytest.raises(RpcUnreachableError):
            await _ask(url)


async def test_slow_answer() -> None:
    async def never(_request: bytes) -> bytes:
        await asyncio.sleep(3600)
        return b""

    async with http_server(never) as url:
        with pytest.raises(RpcUnreachableError, match=r"did not answer within 0\.05 s"):
            await _ask(url, timeout_seconds=SLOW_SECONDS)


async def test_answer_that_never_ends_is_cut_by_the_same_timeout() -> None:
    begun = http(b"{", length=10**4)
    async with http_server(lambda _request: begun) as url:
        with pytest.raises(RpcUnreachableError, match="did not answer within"):
            await _ask(url, timeout_seconds=SLOW_SECONDS)


async def test_answer_that_is_no_http() -> None:
    assert isinstance(await _error_of(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), RpcUnreachableError)


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        ("429 Too Many Requests", "Retry-After: 7", 7),
        ("503 Service Unavailable", "Retry-After: 0", 0),
        ("429 Too Many Requests", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", 0),
        (
            "429 Too Many Requests",
            "Date: Wed, 21 Oct 2026 07:27:15 GMT\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT",
            45,
        ),
        ("429 Too Many Requests", "Retry-After: 0.5", 1),
        ("429 Too Many Requests", "Retry-After: soon", None),
        ("429 Too Many Requests", "Retry-After: -5", None),
        ("429 Too Many Requests", "Retry-After: " + "9" * 5000, 366 * 86_400),
        ("429 Too Many Requests", "X: y", None),
    ],
)
async def test_rate_limit_says_how_long_to_wait(status: str, header: str, wait: int | None) -> None:
    error = await _error_of(http(b"slow down", status, header))
    assert isinstance(error, RpcRateLimitError)
    assert error.facts["retry_after_seconds"] == wait


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden", "500 Internal Server Error"])
async def test_a_limit_is_known_by_its_words_under_any_status(status: str) -> None:
    assert isinstance(await _error_of(http(failure(-32000, "Rate limit exceeded"), status)), RpcRateLimitError)


@pytest.mark.parametrize("status", ["200 OK", "502 Bad Gateway", "408 Request Timeout", "429 Too Many Requests"])
async def test_a_wait_is_known_under_any_status(status: str) -> None:
    error = await _error_of(http(failure(-32005, "later"), status, "Retry-After: 7"))
    assert error.facts["retry_after_seconds"] == 7
    assert error.retry is Retry.SAME


async def test_answers_of_every_kind_of_success() -> None:
    for status, header in (("201 Created", "X: y"), ("202 Accepted", "Retry-After: 7")):
        answer = http(BALANCE, status, header)
        async with http_server(lambda _request, answer=answer: answer) as url:
            assert await _ask(url) == BALANCE


async def test_closed_while_an_answer_is_awaited() -> None:
    asked = asyncio.Event()

    async def never(_request: bytes) -> bytes:
        asked.set()
        await asyncio.Event().wait()
        return b""

    async with http_server(never) as url:
        connection = Connection(LOCALNET.at(url))
        asking = asyncio.create_task(connection.fetch_balance(Pubkey.default()))
        await asked.wait()
        await connection.aclose()
        with pytest.raises(RpcClosedError, match="closed while the request was on its way"):
            await asyncio.wait_for(asking, 20)


@pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "504 Gateway Timeout"])
async def test_server_failure_may_be_repeated(status: str) -> None:
    error = await _error_of(http(b"<html>oops</html>", status))
    assert isinstance(error, RpcUnreachableError)
    assert error.facts["http_status"] == int(status[:3])


@pytest.mark.parametrize(
    ("status", "way_out"),
    [
        ("401 Unauthorized", "check the API token"),
        ("403 Forbidden", "check the API token"),
        ("404 Not Found", "check the path"),
        ("410 Gone", "doesn't serve this method"),
        ("413 Payload Too Large", "ask for less"),
        ("301 Moved Permanently", "check that the URL"),
        ("418 I'm a teapot", "check that the URL"),
    ],
)
async def test_refusals_say_what_to_check(status: str, way_out: str) -> None:
    error = await _error_of(http(b"no", status))
    assert isinstance(error, RpcResponseError)
    assert way_out in error.message


@pytest.mark.parametrize("status", ["408 Request Timeout", "499 Client Closed Request", "425 Too Early"])
async def test_an_endpoint_that_gave_up_waiting_may_have_done_it(status: str) -> None:
    assert isinstance(await _error_of(http(b"timed out", status)), RpcUnreachableError)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("400 Bad Request", -32602, RpcResponseError),
        ("402 Payment Required", -32010, RpcResponseError),
        ("403 Forbidden", 403, RpcResponseError),
        ("410 Gone", 410, RpcResponseError),
        ("404 Not Found", -32601, RpcResponseError),
        ("500 Internal Server Error", -32602, RpcResponseError),
        ("500 Internal Server Error", -32603, RpcUnreachableError),
        ("502 Bad Gateway", -32005, RpcUnreachableError),
        ("400 Bad Request", -32603, RpcEndpointError),
        ("400 Bad Request", -32000, RpcEndpointError),
        ("409 Conflict", 12345, RpcEndpointError),
        ("400 Bad Request", 400, RpcResponseError),
        ("400 Bad Request", 429, RpcRateLimitError),
        ("401 Unauthorized", 77, RpcResponseError),
        ("403 Forbidden", -32000, RpcResponseError),
        ("429 Too Many Requests", -32005, RpcRateLimitError),
        ("429 Too Many Requests", -32602, RpcRateLimitError),
        ("503 Service Unavailable", -32603, RpcRateLimitError),
        ("408 Request Timeout", -32603, RpcUnreachableError),
    ],
)
async def test_a_json_rpc_error_under_an_http_status_is_kept(status: str, code: int, kind: type[RpcError]) -> None:
    error = await _error_of(http(failure(code, "its \x1b[2J words", data={"a": 1}), status))
    assert type(error) is kind
    assert f"says {code}: its  [2J words" in error.message
    assert {"rpc_code": code, "rpc_message": "its  [2J words", "data": {"a": 1}}.items() <= error.facts.items()
    assert error.facts["http_status"] == int(status[:3])


@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 1000, b'{"error":"text"}', b'{"error":{"code":"x"}}', b"\xff", b"5" * 5000],
    ids=lambda body: repr(body)[:20],
)
async def test_a_body_that_says_nothing_under_an_http_status(body: bytes) -> None:
    assert (await _error_of(http(body, "403 Forbidden"))).facts["rpc_code"] is None


async def test_answer_larger_than_the_limit() -> None:
    for answer in (http(b"x" * 5000), http(b"x", length=10**9), http(b"x", length=10**19)):
        error = await _error_of(answer, max_answer_bytes=1000)
        assert isinstance(error, RpcResponseError)
        assert "more than 1000 bytes" in error.message


async def test_every_method_has_its_own_limit() -> None:
    assert "more than 16384 bytes" in (await _error_of(http(b" " * 20_000))).message


@pytest.mark.parametrize("layers", [1, 2, 3])
async def test_small_answers_that_unpack_to_huge_ones(layers: int) -> None:
    packed = bytes(10**7)
    for _ in range(layers):
        packed = gzip.compress(packed)
    error = await _error_of(http(packed, "200 OK", "Content-Encoding: " + ", ".join(["gzip"] * layers)))
    assert ("more than 16384 bytes" if layers == 1 else "wasn't asked for") in error.message


@pytest.mark.parametrize("encoding", ["zstd", "br", "deflate", "compress", "gzip, zstd", "x"])
async def test_a_packing_that_was_not_asked_for_is_not_unpacked(encoding: str) -> None:
    error = await _error_of(http(b"x", "200 OK", f"Content-Encoding: {encoding}"))
    assert "packed in a way that wasn't asked for" in error.message


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "GZIP", "x-gzip"])
async def test_packings_that_are_taken(encoding: str) -> None:
    plain = b"abc" * 1000
    body = gzip.compress(plain[:100]) + gzip.compress(plain[100:]) if "gzip" in encoding.lower() else plain
    asked: list[bytes] = []

    def respond(request: bytes) -> bytes:
        asked.append(request)
        return http(body, "200 OK", f"Content-Encoding: {encoding}")

    async with http_server(respond) as url:
        assert await _ask(url) == plain
    assert b"\r\nAccept-Encoding: gzip\r\n" in asked[0]


DAMAGED = {
    "no gzip": b"not gzip",
    "cut": gzip.compress(b"x" * 1000)[:-4],
    "more behind it": gzip.compress(b"x") + b"rest",
    "nothing": b"",
}


@pytest.mark.parametrize("packed", DAMAGED.values(), ids=DAMAGED)
async def test_compression_that_is_damaged(packed: bytes) -> None:
    error = await _error_of(http(packed, "200 OK", "Content-Encoding: gzip"))
    assert isinstance(error, RpcResponseError)
    assert "damaged" in error.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>hello</html>",
        b'{"jsonrpc":"2.0","result":{"context":{"sl',
        b"[]",
        b"null",
        b'{"jsonrpc":"2.0","id":0}',
    ],
)
async def test_answers_that_are_no_json_rpc(body: bytes) -> None:
    async with http_server(lambda _request: http(body)) as url, _impatient(url) as connection:
        with pytest.raises(RpcResponseError, match="no readable answer") as caught:
            await connection.fetch_balance(Pubkey.default())
        assert caught.value.rpc_code is None


@pytest.mark.parametrize("code", [-32002, -32099, 7, -32603])
async def test_no_error_code_reaches_solders(code: int) -> None:
    """Unknown codes came back as if they were answers, and -32002 without data panicked."""
    body = http(failure(code, "said the node"))
    async with http_server(lambda _request: body) as url, _impatient(url) as connection:
        with pytest.raises(RpcResponseError, match="said the node") as caught:
            await connection.client.get_balance(Pubkey.default())
        assert caught.value.rpc_code == code


async def test_a_read_is_repeated_until_it_is_answered() -> None:
    answers = iter([b"", http(b"<html>", "502 Bad Gateway"), http(BALANCE)])
    async with http_server(lambda _request: next(answers)) as url:
        transport = RetryingTransport(HttpTransport(url), sleep=FakeTime().sleep)
        async with Connection(LOCALNET, transport=transport) as connection:
            assert await connection.fetch_balance(Pubkey.default()) == 7


async def test_secrets_of_the_url_reach_the_server_and_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    heads: list[bytes] = []

    def respond(request: bytes) -> bytes:
        heads.append(request)
        return http(b"no", "401 Unauthorized")

    async with http_server(respond) as url:
        host = url.removeprefix("http://")
        with pytest.raises(RpcResponseError) as caught:
            await _ask(f"http://user:pa%20ss@{host}/v2/S3CRETTOKEN?api-key=hidden#part")
    assert heads[0].startswith(b"POST /v2/S3CRETTOKEN?api-key=hidden HTTP/1.1\r\n")
    assert b"Authorization: Basic dXNlcjpwYSBzcw==" in heads[0]
    told = [str(caught.value), repr(caught.value.facts), caplog.text]
    for secret in ("S3CRET", "hidden", "user", "pa%20ss", "pa ss", "dXNlcjpwYSBzcw"):
        assert not any(secret in text for text in told), secret
    assert caught.value.endpoint == f"{url}/v2/…"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://user:S3CRET@127.0.0.1:1"),
        ("ALL_PROXY", "foo://user:S3CRET@127.0.0.1:1"),
        ("HTTPS_PROXY", "http://user:S3CRET@127.0.0.1:x"),
        ("SSL_CERT_FILE", "/nowhere/S3CRET.pem"),
    ],
)
def test_an_environment_that_can_not_be_used(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match="check the proxies") as caught:
        HttpTransport("https://rpc.example/")
    assert "S3CRET" not in "".join(traceback.format_exception(caught.value))


async def test_proxies_of_the_environment_are_not_used_towards_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with http_server(lambda _request: http(b"here")) as url:
        assert await _ask(url) == b"here"


async def test_one_connection_serves_many_requests() -> None:
    connections: list[None] = []
    async with http_server(lambda _request: http(b"ok"), connected=lambda: connections.append(None)) as url:
        transport = HttpTransport(url)
        answers = [await transport.send(REQUEST) for _ in range(3)]
        await transport.aclose()
    assert answers == [b"ok"] * 3
    assert len(connections) == 1
