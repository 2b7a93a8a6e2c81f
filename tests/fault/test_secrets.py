"""Where a token of the endpoint's URL must not be seen: errors, logs, and the locals of tracebacks."""

import asyncio
import io
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console
from rich.traceback import Traceback
from solders.pubkey import Pubkey

from fault.wire import FakeTime, failure, http, http_server, result
from nosana_chain.errors import ConfigError, NosanaError
from nosana_chain.networks import LOCALNET, Network
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import HttpTransport, RpcRequest

TOKEN = "TOKENCANARY0123456789abcdef"  # noqa: S105  a canary
ENCODED = "VE9LRU5DQU5BUlk"  # of "TOKENCANARY" in base64, as in an Authorization header


def _network(url: str) -> Network:
    host = url.removeprefix("http://")
    return LOCALNET.at(f"http://user:{TOKEN}@{host}/v2/{TOKEN}?api-key={TOKEN}#{TOKEN}")


def _errors(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    while error is not None:
        yield error
        if error.__cause__ is not None and error.__context__ is not error.__cause__:
            yield from _errors(error.__context__)
        error = error.__cause__ or error.__context__


def _shown(error: BaseException) -> str:
    """All that a crash reporter may show: messages, facts, and the locals of every frame but those of this file."""
    parts = [str(error), repr(error), "".join(traceback.format_exception(error))]
    for each in _errors(error):
        parts += [repr(each), repr(vars(each))]
        for frame, _line in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename != __file__:
                parts += [f"{frame.f_code.co_qualname}.{name}={value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(parts)


def _in_rich(error: BaseException) -> str:
    text = io.StringIO()
    picture = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    Console(file=text, width=4000).print(picture)
    return text.getvalue()


def _hides(text: str) -> None:
    for secret in (TOKEN, TOKEN[:12], ENCODED):
        assert secret not in text, text[max(0, text.find(secret) - 200) : text.find(secret) + 100]


FAULTS: dict[str, Callable[[str], bytes]] = {
    "dropped": lambda _url: b"",
    "refused": lambda _url: http(b"no", "401 Unauthorized"),
    "echoed in a page": lambda _url: http(f"<html>{TOKEN}".encode()),
    "echoed in an error": lambda _url: http(failure(-32000, f"bad key {TOKEN}", data={"key": TOKEN, TOKEN: [TOKEN]})),
    "echoed under a status": lambda _url: http(failure(-32602, f"bad key {TOKEN}"), "403 Forbidden"),
    "echoed in headers": lambda _url: http(b"no", f"400 {TOKEN}", f"X-Key: {TOKEN}", f"Content-Encoding: {TOKEN}"),
    "echoed where another form is asked for": lambda _url: http(result(TOKEN)),
    "redirected": lambda url: http(b"", "301 Moved", f"Location: {url}/v2/{TOKEN}?x={TOKEN}"),
    "damaged": lambda _url: http(b"not gzip", "200 OK", "Content-Encoding: gzip"),
    "no http": lambda _url: b"SSH-2.0-OpenSSH\r\n\r\n",
    "too much to wait": lambda _url: http(b"no", "429 Too Many Requests", "Retry-After: 1000"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_of_an_endpoint_shows_the_token(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    place: list[str] = []
    async with http_server(lambda _request: FAULTS[fault](place[0])) as url:
        place.append(url)
        async with Connection(_network(url), sleep=FakeTime().sleep) as connection:
            with pytest.raises(NosanaError) as caught:
                await connection.fetch_balance(Pubkey.default())
    _hides(_shown(caught.value) + str(caught.value.as_json()) + caplog.text)
    assert "nosana_chain.wire" in caplog.text
    assert not [record.name for record in caplog.records if record.name.startswith(("httpx2", "httpcore2"))]


async def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    async with http_server(lambda _request: b"") as url:
        pass
    async with Connection(_network(url), sleep=FakeTime().sleep) as connection:
        with pytest.raises(NosanaError) as caught:
            await connection.fetch_accounts([Pubkey.default(), Pubkey.new_unique()])
    _hides(_shown(caught.value) + caplog.text)


@pytest.mark.parametrize("limit", ["ours", "the user's"])
async def test_a_request_that_is_given_up(limit: str) -> None:
    arrived = asyncio.Event()

    async def never(_request: bytes) -> bytes:
        arrived.set()
        await asyncio.Event().wait()
        return b""

    async with http_server(never) as url:
        transport = HttpTransport(str(_network(url).rpc_url), timeout_seconds=0.05 if limit == "ours" else 30)
        asking = asyncio.create_task(transport.send(RpcRequest("getHealth", b"{}")))
        await arrived.wait()
        if limit == "the user's":
            asking.cancel()
        with pytest.raises((NosanaError, asyncio.CancelledError)) as caught:
            await asking
        await transport.aclose()
    _hides(_shown(caught.value))
    assert isinstance(caught.value, asyncio.CancelledError) == (limit == "the user's")


@pytest.mark.parametrize(
    "url", [f"http://[bad/{TOKEN}", f"http://host:{TOKEN}/", f"http:///{TOKEN}", f"ftp://h/{TOKEN}"]
)
def test_urls_that_can_not_be_used(url: str) -> None:
    for make in (lambda: Connection(LOCALNET.at(url)), lambda: Connection(LOCALNET.at("http://h", more=[url]))):
        with pytest.raises(ConfigError) as caught:
            make()
        _hides(_shown(caught.value))


def test_an_environment_that_can_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://u:{TOKEN}@127.0.0.1:1")
    with pytest.raises(ConfigError) as caught:
        Connection(LOCALNET.at(f"http://rpc.example/{TOKEN}"))
    _hides(_shown(caught.value))


async def test_rich_tracebacks_with_locals() -> None:
    async with http_server(lambda _request: http(b"no", "401 Unauthorized")) as url:
        network = _network(url)
        del url
        async with Connection(network) as connection:
            try:
                await connection.fetch_balance(Pubkey.default())
            except NosanaError as error:
                _hides(_in_rich(error))


async def test_what_is_around_a_token_shows_nothing() -> None:
    network = _network("http://rpc.example").at(f"http://h/{TOKEN}", more=[f"http://i/{TOKEN}"])
    async with Connection(network) as connection:
        objects: list[Any] = [network, connection, connection.transport, HttpTransport(f"http://h/{TOKEN}")]
        _hides(repr(objects) + "".join(repr(vars(each)) for each in objects[1:]))
        await objects[3].aclose()
