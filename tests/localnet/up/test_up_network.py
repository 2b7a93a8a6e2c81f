"""A network that keeps running: what it offers, and what of it survives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from stage import CID

from nosana_chain import (
    Gateways,
    InputError,
    Kubo,
    LocalnetError,
    NosanaClient,
    NotFoundError,
    PortInUseError,
    Wallet,
    nos,
    read_job_definition,
)
from nosana_chain.localnet.up import (
    LocalnetSummary,
    UpNetwork,
    UpSettings,
    find_localnet,
    localnet_up,
    reset_localnet,
    snapshot_localnet,
)
from nosana_chain.models.job import JobState
from nosana_chain.units import DAY

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / "nosana_chain" / "localnet" / "programs"
Up = Callable[..., AbstractAsyncContextManager[UpNetwork]]


def builder_on(network: UpNetwork) -> NosanaClient:
    return NosanaClient(network.summary.network, network.net.wallets["builder"])


async def test_a_job_is_taken_at_once_by_the_host_that_waits(up: Up) -> None:
    async with up() as network, builder_on(network) as client:
        market = await client.markets.fetch_market(network.summary.market)
        assert market.queue == (network.summary.host,)
        posted = await client.jobs.post_job(network.summary.market, definition_cid=CID, timeout=60)
        job = await client.jobs.fetch_job(posted.job)
        assert job.state is JobState.RUNNING
        assert [run.node for run in await client.hosts.find_runs(host=network.summary.host)] == [network.summary.host]
        stake = await client.stakes.fetch_stake(authority=network.summary.host)
        assert stake.amount == nos("1000")


async def test_other_programs_find_it_by_its_folder(up: Up, tmp_path: Path) -> None:
    async with up() as network:
        found = find_localnet(tmp_path / "state")
        assert found == network.summary == LocalnetSummary.from_json(found.file.read_bytes())
        told = json.loads(found.file.read_text())
        assert told["wallets"]["builder"]["address"] == str(network.net.wallets["builder"].address)
        for name, wallet in found.wallets.items():
            assert wallet.keypair.stat().st_mode & 0o777 == 0o600
            assert Wallet.from_file(wallet.keypair).address == wallet.address == network.net.wallets[name].address
        snippets = found.snippets()
        assert {found.rpc_url in snippets[tool] for tool in ("kit", "anchor", "solana")} == {True}
        names: dict[str, Any] = {}
        exec(snippets["python"], names)  # noqa: S102  our own
        with names["client"] as client:
            assert client.fetch_nos_balance() == nos("10000")
    with pytest.raises(NotFoundError, match="no local network runs in"):
        find_localnet(tmp_path / "state")


async def test_its_state_survives_with_its_clock(up: Up) -> None:
    async with up() as network, builder_on(network) as client:
        posted = await client.jobs.post_job(network.summary.market, definition_cid=CID, timeout=60)
        await network.net.mint_nos(network.summary.host, nos("7"))
        moved = await network.net.warp(30 * DAY)
        before = await client.fetch_nos_balance(owner=network.summary.host)
    async with up() as network, builder_on(network) as client:
        assert (await client.jobs.fetch_job(posted.job)).state is JobState.RUNNING
        assert await client.fetch_nos_balance(owner=network.summary.host) == before
        assert await client.connection.fetch_clock() >= moved
        again = await client.jobs.post_job(network.summary.market, definition_cid=CID, timeout=60)
        assert again.job != posted.job
    kept = json.loads((network.summary.folder / "state.json").read_text())["accounts"]
    async with up() as network:
        pass
    assert json.loads((network.summary.folder / "state.json").read_text())["accounts"].keys() == kept.keys()


async def test_job_files_are_on_its_own_ipfs_and_stay_there(up: Up) -> None:
    job = read_job_definition(ROOT / "nosana_chain" / "example_job.json")
    async with up() as network, builder_on(network) as client, Kubo(network.summary.ipfs_url) as kubo:
        posted = await client.jobs.post_definition(network.summary.market, definition=job, pinning=kubo, timeout=60)
    async with up() as network, builder_on(network) as client, Gateways([network.summary.ipfs_gateway]) as own:
        assert (await client.jobs.fetch_definition(posted.job, gateways=own)).cid == job.cid


async def test_a_program_that_was_deployed_while_it_ran_is_kept(up: Up) -> None:
    address, elf = Pubkey.new_unique(), (PROGRAMS / "nosana_nodes.so").read_bytes()
    async with up() as network, builder_on(network) as client:
        await client.connection.call("surfnet_writeProgram", str(address), elf.hex(), 0, answer=Any)
    async with up() as network, builder_on(network) as client:
        found = await client.connection.call("getAccountInfo", str(address), {"encoding": "base64"}, answer=Any)
        assert found["value"]["executable"]
        assert network.net.genesis.programs[address].startswith(elf)


async def test_without_a_folder_of_its_own_nothing_is_kept(
    up: Up, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with up(state=None) as network:
        assert find_localnet().folder == network.summary.folder == tmp_path / "nosana-chain" / "localnet"
        await network.net.mint_nos(network.summary.host, nos("7"))
    assert not (network.summary.folder / "state.json").exists()


async def test_a_running_network_goes_back_to_a_snapshot_and_to_its_genesis(up: Up, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with up() as network:
        market, url = network.summary.market, network.summary.rpc_url
        async with builder_on(network) as client:
            first = await client.jobs.post_job(market, definition_cid=CID, timeout=60)
            await snapshot_localnet("one-job", folder)
            await client.jobs.post_job(market, definition_cid=CID, timeout=61)
            await network.net.warp(DAY)
            late = await network.net.unix_time()
        await reset_localnet("one-job", folder)
        assert find_localnet(folder).rpc_url == url
        async with builder_on(network) as client:
            assert [job.address for job in await client.jobs.find_jobs(market=market)] == [first.job]
            assert await client.connection.fetch_clock() < late
        with pytest.raises(NotFoundError, match=r"there is no snapshot two \(there are: one-job\)"):
            await reset_localnet("two", folder)
        await reset_localnet(folder=folder)
        async with builder_on(network) as client:
            assert await client.jobs.find_jobs(market=market) == []
            assert (await client.markets.fetch_market(market)).queue == (network.summary.host,)


async def test_a_network_at_rest_is_reset_for_its_next_start(up: Up, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with up() as network, builder_on(network) as client:
        await snapshot_localnet("empty", folder)
        await client.jobs.post_job(network.summary.market, definition_cid=CID, timeout=60)
    await reset_localnet("empty", folder)
    async with up() as network, builder_on(network) as client:
        assert await client.jobs.find_jobs() == []
    with pytest.raises(InputError, match="letters, digits"):
        await reset_localnet("../up", folder)


async def test_a_state_that_can_not_be_written_is_told_and_ends_nothing(tmp_path: Path) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    settings = UpSettings(state=tmp_path, rpc_port=None, slot_ms=50)
    async with localnet_up(settings, progress=told.put_nowait) as network:
        (tmp_path / "state.json").mkdir()  # for a full disk
        keeping = asyncio.create_task(network.until_stopped())
        assert "can't hold the local network's files" in await asyncio.wait_for(told.get(), 20)
        await network.net.mint_nos(network.summary.host, nos("7"))
        (tmp_path / "state.json").rmdir()
        network.stop()
        await keeping
    assert (tmp_path / "state.json").is_file()


async def test_one_folder_is_for_one_network(up: Up) -> None:
    async with up():
        with pytest.raises(LocalnetError, match="stop it, or take another folder"):
            async with up():
                pass


async def test_a_port_that_is_taken(up: Up, tmp_path: Path) -> None:
    async with up() as network:
        port = int(network.summary.rpc_url.rpartition(":")[2])
        with pytest.raises(PortInUseError, match=f"port {port} on 127.0.0.1 is taken"):
            async with up(state=tmp_path / "other", rpc_port=port):
                pass
    assert not (tmp_path / "other" / "localnet.json").exists()


async def test_a_state_of_another_kind_or_damaged_is_refused_in_a_line(up: Up, tmp_path: Path) -> None:
    async with up():
        pass
    file = tmp_path / "state" / "state.json"
    whole = file.read_text()
    with pytest.raises(LocalnetError, match="is of devnet's addresses, and this network of mainnet's addresses"):
        async with up(mainnet=True):
            pass
    damaged = {"it ends early": whole[:-100], "a digit": whole.replace('"lamports":1', '"lamports":2', 1), "empty": ""}
    for content in damaged.values():
        file.write_text(content)
        with pytest.raises(LocalnetError, match="delete it, or reset") as caught:
            async with up():
                pass
        assert "\n" not in str(caught.value)
    file.write_text(whole.replace('"version":1', '"version":2'))
    with pytest.raises(LocalnetError, match="another version"):
        async with up():
            pass


async def test_a_folder_that_can_not_be_used(up: Up, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalnetError, match="can't hold the local network's files: Not a directory"):
        async with up(state=tmp_path / "file" / "state"):
            pass


async def test_with_mainnets_addresses_and_a_fee(up: Up) -> None:
    async with up(mainnet=True) as network, builder_on(network) as client:
        assert network.summary.addresses == "mainnet"
        assert (await client.markets.fetch_market(network.summary.market)).queue == (network.summary.host,)
        assert "NosanaNetwork.MAINNET" in network.summary.snippets()["kit"]
