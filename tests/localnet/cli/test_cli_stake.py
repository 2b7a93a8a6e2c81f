"""A stake's life by the command line, and what each command prints for programs."""

from __future__ import annotations

from collections.abc import Callable

from harness.command_line import Home, LocalWorld

from nosana_chain.units import DAY, nos


def test_a_stake_from_beginning_to_end(home: Callable[..., Home], world: LocalWorld) -> None:
    builder = home("builder")
    me = str(builder.wallet.address)
    missing = builder.call("stake show", code=4)
    assert missing.stderr.startswith("error: ")
    created = builder.json("stake create 100 --duration 90d")
    assert (len(created["signature"]) > 80, created["fee_lamports"]) == (True, 5000)
    assert "explorer" not in created
    assert builder.json("stake topup 12.5")["compute_units"] > 0
    builder.json("stake extend 2d12h")
    shown = builder.json("stake show")
    expected = {
        "authority": me,
        "amount_units": nos("112.5"),
        "duration_seconds": 92 * DAY + DAY // 2,
        "unstaking": False,
        "unlocks_unix": None,
    }
    assert {name: shown[name] for name in expected} == expected
    begun = builder.json("stake unstake")
    assert begun["claimed_units"] == 0
    assert begun["unlocks_unix"] == builder.json("stake show")["unlocks_unix"]
    assert builder.json("stake restake")["amount_units"] == nos("112.5")
    builder.json("stake unstake")
    world.run(world.net.warp(93 * DAY))
    assert builder.json("stake withdraw")["amount_units"] == nos("112.5")
    builder.json("stake close")
    builder.call("stake show", code=4)


def test_anybodys_stake_is_shown_without_a_key(home: Callable[..., Home]) -> None:
    staker = home("staker")
    nobody = home("staker", NOSANA_WALLET="/nowhere/id.json")
    shown = nobody.json(f"stake show --owner {staker.wallet.address}")
    assert shown["amount_units"] == nos("10000")
    assert str(staker.wallet.address) in nobody.call("stake list --output csv").stdout
    nobody.call("stake show", code=3)


def test_a_yield_out_of_fees(home: Callable[..., Home]) -> None:
    found = home("staker").json("stake yield --fees 100 --times 12")
    assert (found["fees_units"], found["times"]) == (nos("100"), 12)
    assert found["rewards_units"] > 0


def test_an_estimate_asks_nobody(home: Callable[..., Home]) -> None:
    nowhere = home("staker", NOSANA_NETWORK="http://127.0.0.1:1")
    found = nowhere.json("stake estimate 1000 365d --fees 100 --pool-xnos 4000")
    assert (found["xnos_units"], found["rewards_units"], found["apr_basis_points"]) == (nos("4000"), nos("50"), 500)
    assert nowhere.json("stake estimate 1000 365d")["rewards_units"] is None
    assert "out of range: 1209600" in nowhere.call("stake estimate 1000 13d", code=3).stderr


def test_bad_durations_are_refused_before_anything_is_asked(home: Callable[..., Home]) -> None:
    nowhere = home("staker", NOSANA_NETWORK="devnet", NOSANA_RPC_URL="http://127.0.0.1:1")
    assert nowhere.call("stake create 1 --duration 13d", code=3).stderr.count("\n") == 1
