"""Starting a local network: what stops it, and where it listens."""

import asyncio
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from nosana_chain.errors import AmountError, InputError, LocalnetError, MissingDependencyError, PortInUseError
from nosana_chain.localnet import Genesis, Localnet, find_toolchain, standard_genesis
from nosana_chain.wire.connection import Connection


def listening_addresses(port: int) -> set[str]:
    """The local addresses, in hexadecimal, that accept connections on a port of this machine (proc(5), net/tcp)."""
    tables = [Path(f"/proc/net/{table}").read_text().splitlines()[1:] for table in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    listening = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, listening_port in listening if int(listening_port, 16) == port}


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("name", ["rpc_port", "ws_port"])
async def test_a_taken_port_is_named(name: str, bare_genesis: Genesis, taken_port: int) -> None:
    with pytest.raises(PortInUseError, match=f"port {taken_port} on 127.0.0.1 is taken: stop") as caught:
        async with Localnet.start(genesis=bare_genesis, **{name: taken_port}):
            pass

    assert caught.value.port == taken_port


async def test_the_web_socket_port_is_the_next_one(bare_genesis: Genesis, free_ports: tuple[int, int]) -> None:
    async with (
        Localnet.start(genesis=bare_genesis) as free,
        Localnet.start(genesis=bare_genesis, rpc_port=free_ports[0]) as fixed,
    ):
        for net in (free, fixed):
            assert urlsplit(net.network.ws_url).port == (urlsplit(net.network.rpc_url).port or 0) + 1
        assert fixed.network.rpc_url == f"http://127.0.0.1:{free_ports[0]}"


async def test_a_taken_port_after_a_fixed_one_is_named(
    bare_genesis: Genesis, taken_after_free: tuple[int, int]
) -> None:
    free, taken = taken_after_free
    with pytest.raises(PortInUseError, match=f"port {taken} on 127.0.0.1 is taken: stop"):
        async with Localnet.start(genesis=bare_genesis, rpc_port=free):
            pass


async def test_after_the_last_port_there_is_none(bare_genesis: Genesis) -> None:
    with pytest.raises(InputError, match=r"65535 is the last port.* give ws_port"):
        async with Localnet.start(genesis=bare_genesis, rpc_port=65_535):
            pass


@pytest.mark.parametrize("port", [-1, 0, 65_536])
async def test_a_port_out_of_range_is_refused(port: int, bare_genesis: Genesis) -> None:
    with pytest.raises(InputError, match=f"{port} is not a port"):
        async with Localnet.start(genesis=bare_genesis, rpc_port=port):
            pass


async def test_a_slot_without_length_is_refused(bare_genesis: Genesis) -> None:
    with pytest.raises(AmountError, match="slot_ms"):
        async with Localnet.start(genesis=bare_genesis, slot_ms=0):
            pass


async def test_a_node_that_can_not_be_run_is_named(bare_genesis: Genesis) -> None:
    toolchain = replace(find_toolchain(), node=Path("/nowhere/node"))

    with pytest.raises(MissingDependencyError, match=r"can't run /nowhere/node .*install Node\.js"):
        async with Localnet.start(genesis=bare_genesis, toolchain=toolchain):
            pass


async def test_a_module_that_can_not_be_loaded_is_told(bare_genesis: Genesis, tmp_path: Path) -> None:
    broken = tmp_path / "broken.node"
    broken.write_bytes(b"no module")

    with pytest.raises(LocalnetError, match=r"Surfpool did not start: .*broken\.node"):
        async with Localnet.start(genesis=bare_genesis, toolchain=replace(find_toolchain(), surfpool=broken)):
            pass


async def test_a_module_without_ws_beside_it_is_told(bare_genesis: Genesis, tmp_path: Path) -> None:
    module = tmp_path / "surfpool.cjs"
    module.write_text("module.exports = {}")

    with pytest.raises(MissingDependencyError, match=r"no usable npm package ws beside .*npm install ws"):
        async with Localnet.start(genesis=bare_genesis, toolchain=replace(find_toolchain(), surfpool=module)):
            pass


async def test_a_process_that_ends_at_once_shows_its_last_words(bare_genesis: Genesis, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho out of cheese\nexit 3\n")
    node.chmod(0o755)

    with pytest.raises(LocalnetError, match=r"its process ended\. It said: out of cheese"):
        async with Localnet.start(genesis=bare_genesis, toolchain=replace(find_toolchain(), node=node)):
            pass


async def test_it_listens_on_loopback_alone(net: Localnet) -> None:
    for url in (net.network.rpc_url, net.network.ws_url):
        port = urlsplit(url).port
        assert port is not None
        assert listening_addresses(port) == {"0100007F"}


async def test_fixed_ports_serve_requests_and_subscriptions(bare_genesis: Genesis, free_ports: tuple[int, int]) -> None:
    rpc_port, ws_port = free_ports

    async with Localnet.start(genesis=bare_genesis, rpc_port=rpc_port, ws_port=ws_port) as net:
        assert net.network.rpc_url == f"http://127.0.0.1:{rpc_port}"
        assert net.network.ws_url == f"ws://127.0.0.1:{ws_port}"
        assert listening_addresses(rpc_port) == {"0100007F"}
        assert await net.unix_time() > 0
        async with connect(net.network.ws_url) as subscription:
            await subscription.send('{"jsonrpc": "2.0", "id": 1, "method": "slotSubscribe"}')
            assert '"result"' in await subscription.recv()
            assert "slotNotification" in await subscription.recv()


async def test_a_network_serves_as_long_as_it_is_held(bare_genesis: Genesis, free_ports: tuple[int, int]) -> None:
    # Surfpool closes its ports when JavaScript's garbage collector takes its handle. The collector runs when there is
    # something to collect, as when the launcher passes on what comes to a fixed port.
    async with Localnet.start(genesis=bare_genesis, rpc_port=free_ports[0]) as net:
        for _ in range(300):
            await net.unix_time()


async def test_networks_at_the_same_time_do_not_know_of_each_other(bare_genesis: Genesis) -> None:
    async with Localnet.start(genesis=bare_genesis) as one, Localnet.start(genesis=bare_genesis) as other:
        moved = await one.warp(1_000_000)

        assert one.network.rpc_url != other.network.rpc_url
        assert moved - await other.unix_time() > 900_000


async def test_many_can_start_at_once(bare_genesis: Genesis) -> None:
    async def live() -> str | None:
        async with Localnet.start(genesis=bare_genesis) as net:
            await net.warp(1)
            return net.network.rpc_url

    urls = await asyncio.gather(*(live() for _ in range(4)))

    assert len(set(urls)) == 4


async def test_the_working_folder_stays_clean(
    bare_genesis: Genesis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async with Localnet.start(genesis=bare_genesis) as net:
        await net.warp(1)

    assert contents(tmp_path) == []


async def test_every_account_of_the_genesis_is_there(net: Localnet) -> None:
    async with Connection(net.network) as connection:
        found = await connection.fetch_accounts(list(net.genesis.accounts))

    assert dict(zip(net.genesis.accounts, found, strict=True)) == net.genesis.accounts


async def test_the_programs_are_there_and_can_be_run() -> None:
    genesis = standard_genesis()

    async with Localnet.start(genesis=genesis) as net, Connection(net.network) as connection:
        found = await connection.fetch_accounts(list(genesis.programs))

    assert all(account is not None and account.executable for account in found)
