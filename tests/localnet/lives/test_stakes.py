"""Stakes over time: locked, unstaked, withdrawn to the second, slashed, taken back."""

import pytest
from lives.town import NOS_EACH, Town
from model.addresses import SLASH_ACCOUNT
from solders.pubkey import Pubkey

AMOUNT, DURATION = 10**9 + 7, 20 * 86_400
U64_MAX = 2**64 - 1


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def staker(town: Town) -> Pubkey:
    owner = town.wallet("staker")
    town.stake(owner, AMOUNT, DURATION)
    return owner


@pytest.fixture
def leaver(town: Town, staker: Pubkey) -> Pubkey:
    """A staker that has unstaked just now."""
    town.staking("unstake", staker)
    return staker


def free_after(seconds: int) -> int:
    """What the program's formula frees of AMOUNT: exact integers, rounded down twice."""
    if seconds >= DURATION:
        return AMOUNT
    precision = U64_MAX // max(AMOUNT, seconds) - 1
    return seconds * precision // DURATION * AMOUNT // precision


def withdrawn(town: Town, owner: Pubkey) -> int:
    return town.nos_of(owner) - (NOS_EACH - AMOUNT)


def test_a_stake_that_is_not_unstaked_stays_locked(town: Town, staker: Pubkey) -> None:
    town.wait(10 * DURATION)
    town.staking("withdraw", staker, error="NotUnstaked")
    town.staking("close", staker, error="NotUnstaked")
    town.staking("restake", staker, error="AlreadyStaked")


def test_a_stake_in_the_rewards_pool_can_not_be_unstaked(town: Town, staker: Pubkey) -> None:
    town.rewards("enter", staker)
    town.staking("unstake", staker, error="HasReward")
    town.rewards("close", staker)
    town.staking("unstake", staker)


def test_an_unstaked_stake_takes_nothing_more(town: Town, leaver: Pubkey) -> None:
    town.staking("topup", leaver, error="AlreadyUnstaked", amount=1)
    town.staking("extend", leaver, error="AlreadyUnstaked", duration=1)
    town.staking("unstake", leaver, error="AlreadyUnstaked")
    town.rewards("enter", leaver, error="AlreadyUnstaked")


@pytest.mark.parametrize("seconds", [0, 1, 2, DURATION // 3, DURATION // 2, DURATION - 1, DURATION, DURATION + 1])
def test_a_withdrawal_gives_what_the_formula_says(town: Town, leaver: Pubkey, seconds: int) -> None:
    town.wait(seconds)
    town.staking("withdraw", leaver)
    assert withdrawn(town, leaver) == free_after(seconds)
    assert abs(withdrawn(town, leaver) - AMOUNT * min(seconds, DURATION) // DURATION) <= 1


def test_a_second_before_the_end_something_stays_behind(town: Town, leaver: Pubkey) -> None:
    town.wait(DURATION - 1)
    town.staking("withdraw", leaver)
    assert 0 < AMOUNT - withdrawn(town, leaver) <= AMOUNT // DURATION + 2
    town.wait(1)
    town.staking("withdraw", leaver)
    assert withdrawn(town, leaver) == AMOUNT
    town.staking("withdraw", leaver, error="VaultEmpty")


def test_withdrawals_by_the_way_add_up(town: Town, leaver: Pubkey) -> None:
    steps = [1, 59, 86_400, 5 * 86_400, DURATION // 2]
    for seconds in steps:
        town.wait(seconds)
        town.staking("withdraw", leaver)
        assert withdrawn(town, leaver) == free_after(sum(steps[: steps.index(seconds) + 1]))
    town.wait(DURATION)
    town.staking("withdraw", leaver)
    assert withdrawn(town, leaver) == AMOUNT


def test_a_stake_closes_a_second_after_its_duration(town: Town, leaver: Pubkey) -> None:
    roles, began = town.staker(leaver), town.chain.account(leaver).lamports
    town.wait(DURATION)
    town.staking("withdraw", leaver)
    town.staking("close", leaver, error="Locked")
    town.wait(1)
    rent = sum(town.chain.account(roles[name]).lamports for name in ("stake", "vault"))
    town.staking("close", leaver)
    assert not town.chain.exists(roles["stake"])
    assert not town.chain.exists(roles["vault"])
    assert town.chain.account(leaver).lamports == began + rent


def test_a_stake_with_tokens_left_does_not_close(town: Town, leaver: Pubkey) -> None:
    town.wait(DURATION + 1)
    town.staking("close", leaver, error="VaultNotEmpty")


def test_restake_takes_what_is_left_and_starts_over(town: Town, leaver: Pubkey) -> None:
    town.wait(DURATION // 2)
    town.staking("withdraw", leaver)
    left = AMOUNT - withdrawn(town, leaver)
    town.staking("restake", leaver)
    stake = town.chain.record(town.staker(leaver)["stake"])
    assert (stake.amount, stake.time_unstake, stake.duration) == (left, 0, DURATION)
    assert stake.xnos == left * (10**15 + DURATION * 10**15 // 10_512_000) // 10**15
    town.staking("withdraw", leaver, error="NotUnstaked")


def test_a_slashed_stake_gives_out_the_rest(town: Town, leaver: Pubkey) -> None:
    town.slash(leaver, AMOUNT + 1, error="AmountNotEnough")
    town.slash(leaver, 400)
    assert town.chain.tokens(SLASH_ACCOUNT) == 400
    town.wait(DURATION)
    town.staking("withdraw", leaver)
    assert withdrawn(town, leaver) == AMOUNT - 400
    town.wait(1)
    town.staking("close", leaver)


def test_a_slash_leaves_a_share_in_the_rewards_pool_too_large_until_a_sync(town: Town, staker: Pubkey) -> None:
    town.rewards("enter", staker)
    town.slash(staker, AMOUNT // 2)
    town.rewards("claim", staker, error="Decreased")
    town.rewards("sync", staker)
    town.rewards("claim", staker)


def test_tokens_sent_to_the_vault_block_a_withdrawal_until_the_end(town: Town, leaver: Pubkey) -> None:
    vault = town.staker(leaver)["vault"]
    gift = bytearray(town.chain.account(vault).data)
    gift[64:72] = (AMOUNT + 1).to_bytes(8, "little")
    town.chain.place({vault: town.chain.account(vault)._replace(data=bytes(gift))})
    town.wait(DURATION - 1)
    town.staking("withdraw", leaver, error="ProgramFailedToComplete")
    town.wait(1)
    town.staking("withdraw", leaver)
    assert withdrawn(town, leaver) == AMOUNT + 1
