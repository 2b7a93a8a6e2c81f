"""Nodes, sweeps, wallets, slashing and distributors by the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grant import publish
from harness.command_line import Home, LocalWorld

from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.sweep import FindingKind
from nosana_chain.sweep.findings import ON_REQUEST
from nosana_chain.units import DAY, HOUR, nos
from nosana_chain.wallet import Wallet

MACHINE = "--architecture 1 --country 528 --cpu 8 --gpu 1 --memory 32 --iops 500 --storage 1000 --endpoint a.example"


def test_a_host_in_the_registry(home: Callable[..., Home]) -> None:
    host, authority = home("host"), home("authority")
    me = str(host.wallet.address)
    host.call("node show", code=4)
    host.json(f"node register {MACHINE} --payer {home('builder').environ['NOSANA_WALLET']}")
    host.json("node update --memory 64 --version 1.2.0")
    shown = host.json("node show")
    assert (shown["authority"], shown["memory"], shown["version"], shown["audited"]) == (me, 64, "1.2.0", False)
    authority.json(f"node audit {me}")
    assert [one["authority"] for one in host.rows("node list --audited --country 528")] == [me]
    authority.json(f"node audit {me} --revoke")
    assert host.rows("node list --audited") == []
    assert me in host.call("node list --output table").stdout
    assert host.call("node update", code=2).stderr.startswith("error: nothing to change")


def test_what_comes_back_by_a_sweep(home: Callable[..., Home], world: LocalWorld) -> None:
    builder = home("builder")
    builder.json("stake create 10 --duration 14d")
    builder.json("stake unstake")
    world.run(world.net.warp(15 * DAY))
    found = {row["kind"]: row for row in builder.rows("sweep find") if row["state"] == "ready"}
    assert found["withdraw_stake"]["nos_units"] == nos("10")
    swept = builder.json("sweep do --nos-per-sol 250")
    assert (swept["nos_units"], swept["failed"]) == (nos("10"), 0)
    assert swept["done"] >= 2
    builder.call("stake show", code=4)


def test_all_that_is_done_on_request_can_be_requested() -> None:
    from nosana_chain.cli.nouns.sweep import ON_REQUEST as OFFERED  # noqa: PLC0415  as the noun does

    assert set(OFFERED) == {FindingKind(kind).value for kind in ON_REQUEST}


def test_a_wallet(home: Callable[..., Home], world: LocalWorld, tmp_path: Path) -> None:
    builder = home("builder")
    assert builder.call("wallet address").stdout == f"{builder.wallet.address}\n"
    assert builder.json("wallet address --output json") == {"address": str(builder.wallet.address)}
    shown = builder.json("wallet show")
    assert (shown["network"], shown["key_from"]) == ("localnet", "NOSANA_WALLET")
    assert shown["nos_units"] == builder.json(f"wallet balance {builder.wallet.address}")["nos_units"]
    path = tmp_path / "new.json"
    made = builder.call(f"wallet new {path}")
    assert (path.stat().st_mode & 0o777, made.stdout) == (0o600, f"{Wallet.from_file(path).address}\n")
    before = path.read_bytes()
    assert "never overwritten" in builder.call(f"wallet new {path}", code=3).stderr
    assert path.read_bytes() == before
    [account] = builder.rows("wallet tokens")
    assert account["amount_base_units"] == shown["nos_units"]
    assert builder.call(f"wallet close-account {account['address']}", code=3).stderr.count("\n") == 1


def test_slashing_by_its_authority(home: Callable[..., Home], world: LocalWorld) -> None:
    authority, staker = home("authority"), home("staker")
    settings = authority.json("stake settings")
    assert settings["authority"] == str(authority.wallet.address)
    before = staker.json("stake show")["amount_units"]
    authority.json(f"stake slash {staker.wallet.address} 10 --idempotency-key case-1")
    assert staker.json("stake show")["amount_units"] == before - nos("10")
    assert staker.json("stake withdrawable --at 2100-01-01")["withdrawable_units"] == 0
    authority.call("stake init-settings", code=3)
    authority.json(f"stake update-settings --authority {authority.wallet.address}")
    assert "nothing to change" in authority.call("stake update-settings", code=2).stderr


def test_a_distributor_from_beginning_to_end(home: Callable[..., Home], world: LocalWorld, tmp_path: Path) -> None:
    operator, host, staker = home("operator"), home("host"), home("staker")
    leaves = [Leaf(claimant=one.wallet.address, unlocked_amount=1_000, locked_amount=500) for one in (host, staker)]
    tree, mint = publish(tmp_path, MerkleTree(leaves)), world.net.network.nos_mint
    now = world.run(world.net.unix_time())
    times = f"--start {now - HOUR} --end {now + HOUR} --clawback-start {now + HOUR + DAY}"
    at = operator.json(f"distributor create {tree} --mint {mint} {times} --closable")["distributor"]
    shown = operator.json(f"distributor show {at}")
    assert (shown["max_total_claim_base_units"], shown["admin"]) == (3_000, str(operator.wallet.address))
    can = host.json(f"distributor eligible {at} {tree}")
    assert (can["open"], can["claimed"], can["unlocked_amount_base_units"]) == (True, False, 1_000)
    assert can["forgone_base_units"] > 0
    refused = host.call(f"distributor claim {at} {tree} --vote yes", code=3)
    assert "--max-forgone" in refused.stderr or "forgo" in refused.stderr or "lose" in refused.stderr
    paid = host.json(f"distributor claim {at} {tree} --vote yes --max-forgone 1000")
    assert paid["amount_base_units"] + paid["forgone_base_units"] == 1_000
    assert host.json(f"distributor claimed {at}")["unlocked_amount_claimed_base_units"] == paid["amount_base_units"]
    world.run(world.net.warp(2 * HOUR))
    assert host.json(f"distributor claim-locked {at}")["amount_base_units"] == 500
    [claim] = operator.rows(f"distributor claims --distributor {at}")
    assert claim["claimant"] == str(host.wallet.address)
    operator.json(f"distributor clawback-to {at} {staker.wallet.address}")
    operator.json(f"distributor enable-from {at} 5")
    operator.json(f"distributor hand-over {at} {host.wallet.address}")
    [listed] = operator.rows(f"distributor list --admin {host.wallet.address}")
    assert listed["enable_slot"] == 5
    assert host.call(f"distributor close-claim {at} {host.wallet.address}", code=6).stderr.startswith("error: ")
    world.run(world.net.warp(2 * DAY))
    assert host.json(f"distributor clawback {at}")["amount_base_units"] > 0
    host.json(f"distributor close {at}")
    host.call(f"distributor show {at}", code=4)
