import asyncio
import logging
from collections.abc import Callable

import pytest
from fault.wire import FakeTime, ScriptedTransport, failure, result

from nosana_chain.errors import RpcEndpointError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryingTransport
from nosana_chain.wire.tracing import Exchange, TracedTransport
from nosana_chain.wire.transport import RpcRequest

REQUEST = RpcRequest("getSlot", b'{"method":"getSlot"}')


class Recorder:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []
        self.over: list[Exchange] = []

    def started(self, method: str, endpoint: str) -> Callable[[Exchange], object]:
        self.begun.append((method, endpoint))
        return self.over.append


class Broken:
    """Fails, at the start or at the end."""

    def __init__(self, *, at_start: bool) -> None:
        self._at_start = at_start

    def started(self, method: str, endpoint: str) -> Callable[[Exchange], object]:
        if self._at_start:
            raise RuntimeError(method)
        return self._fail

    def _fail(self, exchange: Exchange) -> None:
        raise RuntimeError(exchange.method)


async def test_a_tracer_is_told_of_each_request() -> None:
    tracer = Recorder()
    transport = ScriptedTransport({"getSlot": [result(5), failure(-32603, "internal")]})
    connection = Connection(LOCALNET, transport=transport, tracer=tracer)
    assert await connection.call("getSlot", answer=int) == 5
    with pytest.raises(RpcEndpointError) as caught:
        await connection.call("getSlot", answer=int)
    assert tracer.begun == [("getSlot", "http://scripted")] * 2
    first, second = tracer.over
    assert (first.method, first.endpoint, first.error) == ("getSlot", "http://scripted", None)
    assert first.sent_bytes == len(b'{"jsonrpc":"2.0","id":0,"method":"getSlot","params":[]}')
    assert second.error is caught.value


async def test_durations_are_measured() -> None:
    time, tracer = FakeTime(), Recorder()

    class Slow(ScriptedTransport):
        async def send(self, request: RpcRequest) -> bytes:
            await time.sleep(2.5)
            return await super().send(request)

    await TracedTransport(Slow({"getSlot": [result(5)]}), tracer=tracer, clock=time.clock).send(REQUEST)
    assert tracer.over[0].seconds == 2.5


async def test_a_cancelled_request_is_over_too() -> None:
    tracer = Recorder()

    class Never(ScriptedTransport):
        async def send(self, request: RpcRequest) -> bytes:
            await asyncio.Event().wait()
            return b""

    task = asyncio.create_task(TracedTransport(Never({}), tracer=tracer).send(REQUEST))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(tracer.over[0].error, asyncio.CancelledError)


@pytest.mark.parametrize("at_start", [True, False])
async def test_a_tracer_that_fails_changes_nothing(at_start: bool, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001  pytest gives it by name
    transport = TracedTransport(ScriptedTransport({"getSlot": [result(5)]}), tracer=Broken(at_start=at_start))
    assert await transport.send(REQUEST) == result(5)
    assert "the tracer failed" in caplog.text


async def test_requests_are_logged_at_debug_and_retries_at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "nosana_chain")
    inner = TracedTransport(
        ScriptedTransport({"getSlot": [RpcEndpointError("internal", endpoint="e", method="m"), b""]})
    )
    await RetryingTransport(inner, sleep=FakeTime().sleep).send(REQUEST)
    told = [(record.name.rpartition(".")[2], record.levelname) for record in caplog.records]
    assert told == [("tracing", "DEBUG"), ("retry", "INFO"), ("tracing", "DEBUG")]
    assert "getSlot http://scripted: 20 bytes" in caplog.text
    assert "once more in" in caplog.text
