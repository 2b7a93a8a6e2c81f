import asyncio
import gzip
import logging
import traceback

import pytest
from solders.pubkey import Pubkey

from fault.wire import FakeTime, failure, http, http_server, result
from nosana_chain.errors import ConfigError, RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
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
    begun = http(b"{", length=10**9)
    async with http_server(lambda _request: begun) as url:
        with pytest.raises(RpcUnreachableError, match="did not answer within"):
            await _ask(url, timeout_seconds=SLOW_SECONDS)


async def test_answer_that_is_no_http() -> None:
    assert isinstance(await _error_of(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), RpcUnreachableError)


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        ("429 Too Many Requests", "Retry-After: 7", 7),
        ("503 Service Unavailable", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("429 Too Many Requests", "X: y", None),
    ],
)
async def test_rate_limit_says_how_long_to_wait(status: str, header: str, wait: int | None) -> None:
    error = await _error_of(http(b"slow down", status, header))
    assert isinstance(error, RpcRateLimitError)
    assert error.facts["retry_after_seconds"] == wait


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


async def test_answer_larger_than_the_limit() -> None:
    error = await _error_of(http(b"x" * 5000), max_answer_bytes=1000)
    assert isinstance(error, RpcResponseError)
    assert "more than 1000 bytes" in error.message


async def test_small_answer_that_unpacks_to_a_huge_one() -> None:
    error = await _error_of(
        http(gzip.compress(b"x" * 10**6), "200 OK", "Content-Encoding: gzip"), max_answer_bytes=10**5
    )
    assert "more than 100000 bytes" in error.message


async def test_compression_that_is_damaged() -> None:
    assert isinstance(await _error_of(http(b"not gzip", "200 OK", "Content-Encoding: gzip")), RpcResponseError)


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
    async with http_server(lambda _request: http(body)) as url, Connection(LOCALNET.at(url)) as connection:
        with pytest.raises(RpcResponseError, match="no readable answer") as caught:
            await connection.fetch_balance(Pubkey.default())
        assert caught.value.rpc_code is None


@pytest.mark.parametrize("code", [-32002, -32099, 7, -32603])
async def test_no_error_code_reaches_solders(code: int) -> None:
    """Unknown codes came back as if they were answers, and -32002 without data panicked."""
    body = http(failure(code, "said the node"))
    async with http_server(lambda _request: body) as url, Connection(LOCALNET.at(url)) as connection:
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
