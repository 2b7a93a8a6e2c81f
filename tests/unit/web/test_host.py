"""What the owner of a job asks its host, and what a host may answer."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from harness.answering import Answering, served
from harness.fake_host import FakeHost, fake_host
from solders.pubkey import Pubkey

from nosana_chain.errors import ConfigError, HostRefusedError, InputError, OffChainError
from nosana_chain.job_definition import make_job_definition
from nosana_chain.job_definition.confidential import confidential_stub
from nosana_chain.localnet.http_server import Response
from nosana_chain.networks import DEVNET, MAINNET
from nosana_chain.wallet import Wallet
from nosana_chain.web.authorization import is_authorized, now_ms
from nosana_chain.web.events import MAX_EVENT_BYTES, EventError, EventReader
from nosana_chain.web.host import HostApi, HostEndpoint

OWNER, OTHER = Wallet.from_seed(bytes(32)), Wallet.from_seed(bytes([1] * 32))
JOB, NODE = Pubkey(b"j" * 32), Pubkey(b"n" * 32)
REAL = make_job_definition({"version": "0.1", "type": "container", "ops": [{"type": "container/run"}]})


class Naps:
    """A sleep that takes no time, and does something the first time."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.meanwhile = lambda: None

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.meanwhile()


@pytest.fixture
async def host() -> AsyncIterator[FakeHost]:
    async with fake_host(OWNER.address, JOB) as running:
        yield running


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def api(host: FakeHost, naps: Naps) -> AsyncIterator[HostApi]:
    async with HostApi(NODE, network=DEVNET, signer=OWNER, url=host.url, sleep=naps) as reaching:
        yield reaching


def test_where_a_host_is() -> None:
    assert repr(HostApi(NODE, network=DEVNET)) == f"<HostApi {NODE} at https://{NODE}.node.k8s.dev.nos.ci>"
    assert f"{NODE}.node.k8s.prd.nos.ci" in repr(HostApi(str(NODE), network=MAINNET))
    with pytest.raises(InputError):
        HostApi("nowhere", network=DEVNET)


async def test_a_definition_is_sent_and_the_result_collected_once(host: FakeHost, api: HostApi) -> None:
    await api.send_definition(JOB, REAL)
    assert host.definition == REAL.content
    host.result["opStates"] = [{"operationId": "one", "status": "success"}]
    flow = await api.fetch_results(JOB)
    assert [op.id for op in flow.ops] == ["one"]
    for request in host.asked:
        signed = request.headers["authorization"]
        assert is_authorized(signed, OWNER.address, at_ms=now_ms(), message=confidential_stub().cid, expiry_seconds=60)
    with pytest.raises(HostRefusedError, match="no result to collect") as caught:
        await api.fetch_results(JOB, within=0)
    assert caught.value.status == 400


async def test_a_host_that_is_not_ready_is_asked_again(host: FakeHost, api: HostApi, naps: Naps) -> None:
    host.job = None  # it doesn't see the job on chain yet

    def seen() -> None:
        host.job = JOB

    naps.meanwhile = seen  # type: ignore[method-assign]
    await api.send_definition(JOB, REAL)
    assert naps.taken == [5.0]


async def test_another_wallet_is_refused_after_a_while(host: FakeHost, naps: Naps) -> None:
    async with HostApi(NODE, network=DEVNET, signer=OTHER, url=host.url, sleep=naps) as api:
        with pytest.raises(HostRefusedError, match="Unauthorized") as caught:
            await api.send_definition(JOB, REAL)
    assert (caught.value.status, naps.taken) == (401, [5.0] * 5)  # it may be that the host sees the job only later


async def test_nobody_there(naps: Naps) -> None:
    async with HostApi(NODE, network=DEVNET, signer=OWNER, url="http://127.0.0.1:1", sleep=naps) as api:
        with pytest.raises(OffChainError, match="can't be reached"):
            await api.send_definition(JOB, REAL, within=0)


async def test_what_needs_a_wallet(host: FakeHost) -> None:
    async with HostApi(NODE, network=DEVNET, url=host.url) as api:
        assert (await api.fetch_info())["state"] == "RUNNING_JOB"
        with pytest.raises(ConfigError, match="takes the wallet of its project"):
            await api.stop_job(JOB)


async def test_endpoints_private_ones_too(host: FakeHost, api: HostApi) -> None:
    with pytest.raises(HostRefusedError, match="no endpoints"):
        await api.fetch_endpoints(JOB)
    host.endpoints = {
        "hash": {"opID": "web\x1b[2J", "port": 80, "url": "https://a.example", "status": "ONLINE"},
        "other": {"opID": "db", "port": "5432", "url": "b.example"},
        "odd": "text",
    }
    assert await api.fetch_endpoints(JOB) == (
        HostEndpoint(url="https://a.example", op_id="web [2J", port="80", status="ONLINE"),
        HostEndpoint(url="https://b.example", op_id="db", port="5432", status="UNKNOWN"),
    )


async def test_stopping(host: FakeHost, api: HostApi) -> None:
    await api.stop_job(JOB)
    assert host.status == "stopped"


async def test_a_flow_as_it_goes(host: FakeHost, api: HostApi) -> None:
    flows = [{"status": "running", "opStates": []}, {"status": "success", "opStates": []}]
    host.events = [b": keep-alive\n\n", *(f"data: {json.dumps(flow)}\n\n".encode() for flow in flows)]
    assert [flow.status async for flow in api.watch_flow(JOB)] == ["running", "success"]
    host.events = [b"data: not json\n\n"]
    with pytest.raises(OffChainError, match="not JSON"):
        _ = [flow async for flow in api.watch_flow(JOB)]
    host.job = None
    with pytest.raises(HostRefusedError, match="unknown job"):
        _ = [flow async for flow in api.watch_flow(JOB)]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response(b"[]"),
        lambda _: Response(b"<html>"),
        lambda _: Response(b"[" * 500_000),
        lambda _: Response(bytes(2 * 1024 * 1024)),
    ],
)
async def test_odd_answers(answer: Answering) -> None:
    async with served(answer) as server, HostApi(NODE, network=DEVNET, signer=OWNER, url=server.url) as api:
        with pytest.raises(OffChainError):
            await api.fetch_info()
        with pytest.raises(OffChainError):
            await api.fetch_endpoints(JOB)


async def test_a_host_that_echoes_the_authorization_gets_it_into_no_error(host: FakeHost) -> None:
    async with served(lambda request: Response(request.headers["authorization"].encode(), 418)) as server:  # type: ignore[arg-type]
        async with HostApi(NODE, network=DEVNET, signer=OWNER, url=server.url) as api:
            with pytest.raises(HostRefusedError) as caught:
                await api.stop_job(JOB)
        signature = server.asked[0].headers["authorization"].split(":")[1]
    assert signature not in f"{caught.value!r} {caught.value.as_json()}"


async def test_no_authorization_is_logged(host: FakeHost, api: HostApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host.events = [b'data: {"status": "running"}\n\n'] * 2
    await api.send_definition(JOB, REAL)
    assert len([flow async for flow in api.watch_flow(JOB)]) == 2
    async for _ in api.watch_flow(JOB):
        logging.getLogger("httpx2").info("of somebody else")
        break
    assert [one.message for one in caplog.records if one.name.startswith(("httpx2", "httpcore2"))] == [
        "of somebody else"
    ]
    signatures = [request.headers["authorization"].split(":")[1] for request in host.asked]
    assert [one for one in signatures if one in caplog.text] == []
    assert "Authorization" not in caplog.text


async def test_a_host_that_falls_silent_or_goes_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with HostApi(NODE, network=DEVNET, signer=OWNER, url=url, timeout_seconds=0.05) as api:
            with pytest.raises(OffChainError, match=r"silent for 0\.05 s"):
                _ = [flow async for flow in api.watch_flow(JOB)]
    async with HostApi(NODE, network=DEVNET, signer=OWNER, url="http://127.0.0.1:1") as api:
        with pytest.raises(OffChainError, match="broke off"):
            _ = [flow async for flow in api.watch_flow(JOB)]


def test_the_stub_is_the_one_of_the_official_command_line() -> None:
    assert confidential_stub().cid == "QmYBbVdWFgfoTEdPT7mnaXJz6zQzfKb1Pts4A5B9kDMBph"


def test_events_are_cut_where_they_end() -> None:
    reader = EventReader()
    assert reader.feed(b"data: on") == []
    assert reader.feed(b"e\r\ndata:two\r\n\r") == []
    assert reader.feed(b"\n: note\n\nid: 7\n\ndata\n\ndata: three\n\n") == ["one\ntwo", "", "three"]


@pytest.mark.parametrize("chunk", [b"x" * 1024, b"data: x\n" * 128])
def test_endless_events_are_refused(chunk: bytes) -> None:
    reader = EventReader()
    for _ in range(MAX_EVENT_BYTES // len(chunk)):
        assert reader.feed(chunk) == []
    with pytest.raises(EventError, match="an event of more than"):
        reader.feed(chunk)
