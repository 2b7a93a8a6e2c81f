"""A network in another process: found, paid into, stopped; and what is left when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from nosana_chain import NotFoundError, SyncClient, Wallet, nos, sol
from nosana_chain.localnet.up import attached_localnet, find_localnet, stop_localnet
from nosana_chain.localnet.up.folder import StateFolder
from nosana_chain.units import DAY

RUN_UP = Path(__file__).with_name("run_up.py")
SAVED_WITHIN = 20.0  # seconds; it saves every two, on a machine that isn't busy


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(RUN_UP), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.read()


async def test_another_process_warps_mints_pays_and_stops_it(tmp_path: Path) -> None:
    other = Pubkey.new_unique()
    with running(tmp_path) as process:
        async with attached_localnet(tmp_path) as net:
            before = await net.unix_time()
            assert await net.warp(DAY) >= before + DAY
            await net.mint_nos(other, nos("3"))
            await net.airdrop(other, sol("2"))
        found = find_localnet(tmp_path)
        assert found.process_id == process.pid
        with SyncClient(found.network, Wallet.from_file(found.wallets["builder"].keypair)) as client:
            assert client.fetch_nos_balance(owner=other) == nos("3")
            assert client.fetch_sol_balance(owner=other) == sol("2")
        assert (await stop_localnet(tmp_path)).process_id == process.pid
        assert (process.wait(10), said(process)) == (0, "stopped\n")
    with pytest.raises(NotFoundError, match="no local network runs in"):
        await stop_localnet(tmp_path)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, by: signal.Signals) -> None:
    with running(tmp_path) as process:
        process.send_signal(by)
        assert (process.wait(20), said(process)) == (0, "stopped\n")
    assert StateFolder(tmp_path).state.exists()


async def test_one_that_is_killed_is_told_from_one_that_runs_and_goes_on_from_its_last_save(tmp_path: Path) -> None:
    other, place = Pubkey.new_unique(), StateFolder(tmp_path)
    with running(tmp_path) as process:
        async with attached_localnet(tmp_path) as net:
            await net.mint_nos(other, nos("3"))
        async with asyncio.timeout(SAVED_WITHIN):
            while not (place.state.exists() and str(other) in owners(place)):  # noqa: ASYNC110  another process's file
                await asyncio.sleep(0.05)
        process.kill()
        process.wait(10)
    assert place.summary.exists()
    with pytest.raises(NotFoundError, match="no local network runs in"):
        find_localnet(tmp_path)
    with running(tmp_path):
        found = find_localnet(tmp_path)
        with SyncClient(found.network) as client:
            assert client.fetch_nos_balance(owner=other) == nos("3")


def owners(place: StateFolder) -> str:
    """Which wallets have NOS in the file, as text."""
    from nosana_chain.localnet.up.saved import SavedState  # noqa: PLC0415

    state = SavedState.from_bytes(place.state.read_bytes(), file=place.state)
    held = [one.data[32:64] for one in state.accounts.values() if len(one.data) == 165]
    return " ".join(str(Pubkey(owner)) for owner in held)


def test_a_process_of_somebody_elses_with_its_number_is_left_alone(tmp_path: Path) -> None:
    """Its folder is free, so that whoever has the number now isn't it."""
    with running(tmp_path) as process:
        process.kill()
        process.wait(10)
    place = StateFolder(tmp_path)
    place.summary.write_text(place.summary.read_text().replace(str(process.pid), str(os.getpid())))
    with pytest.raises(NotFoundError):
        asyncio.run(stop_localnet(tmp_path))


def test_when_its_validator_dies_it_says_so_in_a_line(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        [node] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(node), signal.SIGKILL)
        assert process.wait(30) == 1
        told = said(process)
    assert told.startswith("LocalnetError Surfpool stopped by itself")
    assert len(told.splitlines()) == 1
