"""The one way of everything that writes: quoted, tried, exported, bounded, asked about, interrupted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from harness.command_line import Home, LocalWorld
from harness.proxy import Proxy, changed, proxy_to
from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.networks import MAINNET
from nosana_chain.units import nos


def staked(world: LocalWorld) -> int:
    return world.act("staker", lambda client: client.stakes.fetch_stake()).amount


def test_a_dry_run_sends_nothing(home: Callable[..., Home], world: LocalWorld) -> None:
    before = staked(world)
    told = home("staker").json("stake topup 12.5 --dry-run --output json")
    assert told["quote"]["deposit_units"] == nos("12.5")
    assert told["dry_run"]["instructions"][0]["name"] == "Topup"
    for_people = home("staker").call("stake topup 12.5 --dry-run").stdout
    assert "staking Topup" in for_people
    assert "takes     12.500000 NOS" in for_people
    assert staked(world) == before


def test_an_unsigned_transaction_needs_no_key_and_sends_nothing(home: Callable[..., Home], world: LocalWorld) -> None:
    before, staker = staked(world), home("staker")
    nobody = home("staker", NOSANA_WALLET="/nowhere/id.json")
    text = nobody.call(f"stake topup 1 --unsigned --signer {staker.wallet.address}").stdout.strip()

    async def missing(client: NosanaClient) -> list[Pubkey]:
        return list(client.transactions.review(text).missing)

    assert world.act("staker", missing) == [staker.wallet.address]
    assert json.loads(staker.call("stake topup 1 --unsigned --output json").stdout)["transaction"]
    assert staked(world) == before


def test_more_than_max_nos_is_refused(home: Callable[..., Home], world: LocalWorld) -> None:
    before = staked(world)
    refused = home("staker").call("stake topup 2 --max-nos 1.5", code=3)
    assert refused.stderr == "error: it takes 2.000000 NOS, and --max-nos allows 1.500000; nothing was sent\n"
    assert staked(world) == before
    home("staker").call("stake topup 1.5 --max-nos 1.5")
    assert staked(world) == before + nos("1.5")


def test_the_same_key_does_it_once(home: Callable[..., Home], world: LocalWorld) -> None:
    before, staker = staked(world), home("staker")
    first = staker.json("stake topup 3 --idempotency-key order-1")
    again = staker.call("stake topup 3 --idempotency-key order-1", code=3)
    assert first["signature"] in again.stderr
    other = staker.call("stake topup 4 --idempotency-key order-1 --output json", code=3)
    assert json.loads(other.stderr)["error"]["code"] == "terms_differ"
    assert staked(world) == before + nos("3")


def test_somebody_else_pays_the_fee(home: Callable[..., Home], world: LocalWorld, tmp_path: Path) -> None:
    payer = home("host")
    payer.environ  # noqa: B018  writes the key file
    lamports = world.act("host", lambda client: client.fetch_sol_balance())
    home("staker").call(f"stake topup 1 --fee-payer {tmp_path}/host.json")
    assert lamports - world.act("host", lambda client: client.fetch_sol_balance()) == 10_000


def test_it_waits_until_final_if_told(home: Callable[..., Home]) -> None:
    assert home("staker").json("stake topup 1 --wait finalized --max-priority-lamports 0")["fee_lamports"] == 5000


# ---------------------------------------------------------------- mainnet


@pytest.fixture
async def mainnet(world: LocalWorld) -> AsyncIterator[Proxy]:
    """The local network, which says that it is mainnet."""
    async with proxy_to(world.url) as proxy:
        proxy.rules["getGenesisHash"] = changed(lambda _hash: MAINNET.genesis_hash)
        yield proxy


CONFIG = '[networks.pretended]\nlike = "devnet"\nrpc_url = "{url}"\n'


def on_mainnet(home: Callable[..., Home], folder: Path, proxy: Proxy) -> Home:
    """Its addresses are the local network's, so that its programs are there."""
    (folder / "nosana-chain").mkdir(exist_ok=True)
    (folder / "nosana-chain" / "config.toml").write_text(CONFIG.format(url=proxy.url))
    return home("staker", XDG_CONFIG_HOME=str(folder), NOSANA_NETWORK="pretended")


async def test_without_a_terminal_mainnet_is_refused(
    home: Callable[..., Home], world: LocalWorld, mainnet: Proxy, tmp_path: Path
) -> None:
    before, staker = await asyncio.to_thread(staked, world), on_mainnet(home, tmp_path, mainnet)
    refused = await asyncio.to_thread(staker.process, "stake topup 1")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("error: this sends a transaction on mainnet")
    assert "--yes" in refused.stderr
    assert "sendTransaction" not in mainnet.asked
    assert await asyncio.to_thread(staked, world) == before
    told = await asyncio.to_thread(staker.process, "stake topup 1 --yes")
    assert told.returncode == 0, told.stderr
    assert await asyncio.to_thread(staked, world) == before + nos("1")


@pytest.mark.parametrize(("answer", "code", "sent"), [("y\n", 0, 1), ("n\n", 3, 0), ("\n", 3, 0), ("\x03", 130, 0)])
async def test_on_mainnet_it_shows_and_asks(
    home: Callable[..., Home], world: LocalWorld, mainnet: Proxy, tmp_path: Path, answer: str, code: int, sent: int
) -> None:
    def at_the_terminal() -> tuple[int, str]:
        with on_mainnet(home, tmp_path, mainnet).terminal("stake topup 1.25") as screen:
            screen.wait_for("[y/N]")
            return screen.end(typing=answer), screen.shown

    ended, shown = await asyncio.to_thread(at_the_terminal)
    assert ended == code, shown
    for told in ("topup amount=1250000", "takes     1.250000 NOS", "-1.250000 NOS", "fee       0.000005000 SOL"):
        assert told in shown
    assert mainnet.asked.count("sendTransaction") == sent
    assert ("signature" in shown) == bool(sent)


async def test_ctrl_c_says_what_may_still_land(home: Callable[..., Home], world: LocalWorld, tmp_path: Path) -> None:
    async with proxy_to(world.url) as proxy:
        swallowed = json.dumps({"jsonrpc": "2.0", "id": 0, "result": "1" * 64})

        async def swallow(asked: dict[str, Any], _forward: Any) -> bytes:
            from fault.wire import http  # noqa: PLC0415

            return http(swallowed.replace('"id": 0', f'"id": {json.dumps(asked["id"])}').encode())

        proxy.rules["sendTransaction"] = swallow
        staker = home("staker", NOSANA_NETWORK=proxy.url)

        def interrupted() -> tuple[int, str]:
            with staker.terminal("stake topup 1") as screen:
                screen.wait_for("signed")
                return screen.end(typing="\x03"), screen.shown

        code, shown = await asyncio.to_thread(interrupted)
        assert code == 130, shown
        assert "may still land. Run: nosana-chain journal resume" in shown
