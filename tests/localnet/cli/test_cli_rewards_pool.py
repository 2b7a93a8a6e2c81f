"""The rewards pool, and pools that feed it or pay a wallet, by the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness.command_line import Home, LocalWorld

from nosana_chain.client import NosanaClient
from nosana_chain.units import DAY, HOUR, nos
from nosana_chain.wallet import Wallet


@pytest.fixture(scope="module", autouse=True)
def second_staker(world: LocalWorld) -> None:
    world.act("builder", lambda client: client.stakes.stake(nos("500"), duration=100 * DAY))


def test_a_membership_from_beginning_to_end(home: Callable[..., Home], world: LocalWorld) -> None:
    builder = home("builder")
    not_in = builder.call("rewards claim", code=3)
    assert "is not in the rewards pool" in not_in.stderr
    before = builder.json("rewards pool")["total_xnos_units"]
    builder.json("rewards enter")
    shown = builder.json("rewards show")
    assert (shown["authority"], shown["pending_units"]) == (str(builder.wallet.address), 0)
    assert builder.json("rewards pool")["total_xnos_units"] == before + shown["xnos_units"]
    home("operator").json("rewards add-fee 10 --idempotency-key march")
    pending = builder.json("rewards show")["pending_units"]
    assert 0 < pending < nos("10")
    assert builder.json("rewards claim")["amount_units"] == pending
    assert "nothing" in builder.call("rewards claim", code=3).stderr
    builder.json("stake topup 100")
    synced = builder.json(f"rewards sync {builder.wallet.address} {home('staker').wallet.address}")
    assert "signature" in synced
    assert builder.json("rewards close")["amount_units"] == 0
    builder.call("rewards show", code=4)
    builder.call("rewards init", code=3)


def test_a_pending_claim_with_the_fee_pool_is_more(home: Callable[..., Home], world: LocalWorld) -> None:
    staker, pool = home("staker"), world.net.network.reward_fee_pool
    without = staker.json("rewards show")["pending_units"]
    assert staker.json("rewards show --with-fee-pool")["pending_units"] > without
    world.run(world.net.warp(HOUR))
    paid = staker.json(f"pool claim {pool}")["amount_base_units"]
    assert paid > 0
    [found] = [one for one in staker.rows("pool list") if one["address"] == str(pool)]
    assert (found["claim_type"], found["claimed_tokens_base_units"]) == ("add_fee", paid)


def test_a_vesting_pool_from_beginning_to_end(home: Callable[..., Home], world: LocalWorld) -> None:
    operator, host = home("operator"), home("host")
    start = world.run(world.net.unix_time()) - 100
    line = f"pool open-vesting {host.wallet.address} --emission 0.01 --start {start} --deposit 50 --closeable"
    opened = operator.json(f"{line} --idempotency-key grant-1")
    pool = opened["pool"]
    again = operator.json(f"{line} --idempotency-key grant-1")
    assert (again["pool"], again["signature"]) == (pool, None)
    shown = operator.json(f"pool show {pool}")
    assert (shown["emission_base_units"], shown["vault_balance_base_units"]) == (nos("0.01"), nos("50"))
    assert shown["due_base_units"] >= 100 * nos("0.01")
    operator.json(f"pool add {pool} 5")
    operator.json(f"pool add {pool} 7 --base-units")
    assert operator.json(f"pool show {pool}")["vault_balance_base_units"] == nos("55") + 7
    assert operator.json(f"pool claim {pool}")["amount_base_units"] >= 100 * nos("0.01")
    host.json(f"pool pay-to {pool} {operator.wallet.address}")
    assert host.call(f"pool close {pool}", code=6).stderr.startswith("error: pools Close")
    assert operator.json(f"pool close {pool}")["amount_base_units"] > 0
    operator.call(f"pool show {pool}", code=4)


def test_a_pool_of_fees(home: Callable[..., Home], world: LocalWorld) -> None:
    operator = home("operator")
    opened = operator.json("pool open-fee --emission 0.000001 --start 2020-01-01 --deposit 1")
    assert operator.json(f"pool show {opened['pool']}")["start_unix"] == 1_577_836_800
    [mine] = operator.rows(f"pool list --authority {operator.wallet.address}")
    assert mine["address"] == opened["pool"]


@pytest.mark.parametrize(("line", "told"), [("stake watch", "topped_up"), ("wallet watch", "changed")])
def test_a_live_view_ends_on_ctrl_c(home: Callable[..., Home], world: LocalWorld, line: str, told: str) -> None:
    builder = home("builder")
    with builder.terminal(line, width=200) as screen:
        for _ in range(20):
            builder.json("stake topup 0.5")
            if screen.sees(told):
                break
        assert told in screen.shown
        assert screen.end(typing="\x03") == 130
        assert "Traceback" not in screen.shown
        assert screen.shown.startswith("time ")


def test_a_live_view_in_a_pipe_is_a_json_object_on_each_line(home: Callable[..., Home]) -> None:
    builder = home("builder")
    with builder.following("stake watch") as lines:
        for _ in range(20):
            builder.json("stake topup 0.25")
            if line := lines.next_within(1.0):
                break
    assert (line["kind"], line["facts"]["amount_units"]) == ("topped_up", nos("0.25"))
    assert line["cursor"]


def test_what_takes_several_transactions_has_a_receipt_for_each(home: Callable[..., Home], world: LocalWorld) -> None:
    async def many() -> list[str]:
        """Ten more stakers in the pool."""
        made = []
        for _ in range(10):
            wallet = Wallet.generate()
            await world.net.airdrop(wallet.address, 10**9)
            await world.net.mint_nos(wallet.address, nos("10"))
            async with NosanaClient(world.net.network, wallet) as client:
                await client.stakes.stake(nos("10"), duration=14 * DAY)
                await client.rewards.enter_pool()
            made.append(str(wallet.address))
        return made

    stakers = " ".join(world.run(many()))
    operator = home("operator")
    receipts = operator.rows(f"rewards sync {stakers}")
    assert len({receipt["signature"] for receipt in receipts}) == 2
    assert "transactions" in operator.call(f"rewards sync {stakers} --max-nos 1", code=3).stderr
    assert "transactions" in operator.call(f"rewards sync {stakers} --unsigned", code=3).stderr
