"""What actions in the rewards pool refuse, and what they plan."""

from collections.abc import Callable
from typing import Any

import pytest
from seeing import (
    SENT_THERE,
    UNTOLD,
    WALLET,
    engine_over,
    landed,
    looks,
    plan_of,
    program_account,
    seen,
    token_account,
    transfer,
)
from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import StakeAccount
from nosana_chain.engine.build import build_message
from nosana_chain.engine.fees import budget_instructions
from nosana_chain.engine.plan import Payment, Series
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    InputError,
    InsufficientFundsError,
    NoStakeError,
    NotFoundError,
    NothingDueError,
    NotInPoolError,
    WrongStateError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.programs.rewards import instructions as build
from nosana_chain.programs.rewards.actions import Rewards
from nosana_chain.programs.rewards.plans import (
    SYNCS_PER_TRANSACTION,
    plan_add_fee,
    plan_claim_rewards,
    plan_enter_pool,
    plan_init_pool,
    plan_leave_pool,
    plan_sync_rewards,
)
from nosana_chain.reading.fees import MAX_UNIT_LIMIT
from nosana_chain.units import DAY, U64_MAX

ME = WALLET.address
MINE: dict[str, Any] = {"owner": ME, "network": LOCALNET}
STAKE, REWARD, PURSE = (
    find(ME, network=LOCALNET) for find in (pda.stake_address, pda.reward_address, pda.nos_account_address)
)
REFLECTION, VAULT = (find(network=LOCALNET) for find in (pda.reflection_address, pda.rewards_vault_address))
CREATION = create_nos_account_ix(owner=ME, payer=ME, network=LOCALNET)
ENTERING, CLAIMING, LEAVING, INIT = (
    make(authority=ME, network=LOCALNET) for make in (build.enter_ix, build.claim_ix, build.close_ix, build.init_ix)
)
SYNCING = build.sync_ix(staker=ME, network=LOCALNET)
WEIGHT = 1_115


def member(owner: Pubkey = ME, *, reflection: int = WEIGHT * 50, xnos: int = WEIGHT) -> Account:
    account = RewardAccount(authority=owner, bump=255, reflection=reflection, xnos=xnos)
    return program_account(account, LOCALNET.programs.rewards)


def stake(*, xnos: int = WEIGHT) -> Account:
    account = StakeAccount(
        amount=1_000, authority=ME, duration=14 * DAY, time_unstake=0, vault=VAULT, vault_bump=255, xnos=xnos
    )
    return program_account(account, LOCALNET.programs.staking)


def purse(amount: int) -> Account:
    return token_account(mint=LOCALNET.nos_mint, owner=ME, amount=amount)


def town(*, rate: int = 40, total_xnos: int = 1, **others: Account) -> dict[Pubkey, Account]:
    """A pool, and whatever stands at the wallet's own addresses."""
    places = {"stake": STAKE, "reward": REWARD, "purse": PURSE}
    pool = ReflectionAccount(rate=rate, total_reflection=1, total_xnos=total_xnos, vault=VAULT, vault_bump=255)
    pools = {REFLECTION: program_account(pool, LOCALNET.programs.rewards)}
    return pools | {places[name]: account for name, account in others.items()}


# ------------------------------------------------------------ what is refused


@pytest.mark.parametrize("amount", [0, -1, 2**64])
def test_a_fee_out_of_range_makes_no_action(amount: int) -> None:
    with pytest.raises(AmountError, match=r"amount|0 NOS"):
        Rewards(engine_over({})).add_fee(amount)


@pytest.mark.parametrize("planner", [plan_enter_pool, plan_claim_rewards, plan_leave_pool])
def test_without_a_stake_one_is_told_to_stake_first(planner: Callable[..., Any]) -> None:
    with pytest.raises(NoStakeError, match="stake first"):
        seen(planner(**MINE), town())


@pytest.mark.parametrize("there", [{}, {"reward": SENT_THERE}], ids=["nothing", "lamports"])
@pytest.mark.parametrize("planner", [plan_claim_rewards, plan_leave_pool])
def test_who_is_not_in_the_pool_is_told_to_enter(planner: Callable[..., Any], there: dict[str, Account]) -> None:
    with pytest.raises(NotInPoolError, match="not in the rewards pool; enter_pool comes first") as caught:
        seen(planner(**MINE), town(stake=stake(), **there))
    assert caught.value.address == str(REWARD)


def test_a_wallet_enters_once() -> None:
    with pytest.raises(AlreadyExistsError, match="in the rewards pool already"):
        seen(plan_enter_pool(**MINE), town(stake=stake(), reward=member()))


def test_claiming_nothing_sends_nothing() -> None:
    with pytest.raises(NothingDueError, match="the next fee") as caught:
        seen(plan_claim_rewards(**MINE), town(stake=stake(), reward=member(reflection=WEIGHT * 40)))
    assert caught.value.due_at is None


def test_a_pool_that_can_never_pay() -> None:
    with pytest.raises(WrongStateError, match="never pay again"):
        seen(plan_claim_rewards(**MINE), town(rate=0, stake=stake(), reward=member()))
    with pytest.raises(WrongStateError, match="never pay again"):
        seen(plan_sync_rewards([ME], network=LOCALNET), town(rate=0, reward=member()))


def test_a_fee_for_nobody() -> None:
    with pytest.raises(WrongStateError, match="nobody is in the rewards pool"):
        seen(plan_add_fee(5, **MINE), town(total_xnos=0, purse=purse(5)))


@pytest.mark.parametrize("held", [{}, {"purse": SENT_THERE}, {"purse": purse(4)}], ids=["none", "lamports", "less"])
def test_a_fee_that_is_not_covered(held: dict[str, Account]) -> None:
    with pytest.raises(InsufficientFundsError, match=r"the fee takes 0\.000005"):
        seen(plan_add_fee(5, **MINE), town(**held))


def test_a_cluster_without_a_pool() -> None:
    with pytest.raises(NotFoundError, match="no rewards pool"):
        seen(plan_add_fee(5, **MINE), {PURSE: purse(5)})


def test_a_pool_is_made_once() -> None:
    with pytest.raises(AlreadyExistsError, match="made once"):
        seen(plan_init_pool(**MINE), town())
    assert plan_of(plan_init_pool(**MINE), {}).instructions == (INIT,)


def test_syncing_somebody_who_is_not_in_the_pool_syncs_nobody() -> None:
    stranger = Pubkey(b"s" * 32)
    with pytest.raises(NotInPoolError, match=str(stranger)):
        seen(plan_sync_rewards([ME, stranger], network=LOCALNET), town(reward=member()))


# ------------------------------------------------------------ what is planned


def test_entering_is_proven_by_the_membership() -> None:
    plan = plan_of(plan_enter_pool(**MINE), town(stake=stake(), reward=SENT_THERE))
    assert (plan.instructions, plan.payment, plan.reads) == ((ENTERING,), None, (REWARD,))
    assert plan.proof is not None
    assert [plan.proof({REWARD: found}) for found in (member(), member(VAULT), SENT_THERE, None)] == [
        True,
        False,
        False,
        False,
    ]


def test_what_is_due_is_claimed() -> None:
    scene = town(stake=stake(), reward=member(), purse=purse(0))
    assert plan_of(plan_claim_rewards(**MINE), scene).instructions == (CLAIMING,)
    assert plan_of(plan_claim_rewards(**MINE), scene | {PURSE: SENT_THERE}).instructions == (CREATION, CLAIMING)


def test_who_was_slashed_is_told_so_by_the_program() -> None:
    scene = town(stake=stake(xnos=1), reward=member(reflection=WEIGHT * 40), purse=purse(0))
    assert plan_of(plan_claim_rewards(**MINE), scene).instructions == (CLAIMING,)


def test_leaving_claims_first() -> None:
    scene = town(stake=stake(), reward=member(), purse=purse(0))
    assert plan_of(plan_leave_pool(**MINE), scene).instructions == (CLAIMING, LEAVING)
    slashed = scene | {STAKE: stake(xnos=1)}
    assert plan_of(plan_leave_pool(**MINE), slashed).instructions == (SYNCING, CLAIMING, LEAVING)
    broken = town(rate=0, stake=stake(), reward=member(reflection=0), purse=purse(0))
    assert plan_of(plan_leave_pool(**MINE), broken).instructions == (LEAVING,)


def test_a_fee_is_paid_into_the_pools_vault() -> None:
    plan = plan_of(plan_add_fee(5, **MINE), town(purse=purse(8)))
    assert plan.instructions == (build.add_fee_ix(authority=ME, amount=5, network=LOCALNET),)
    assert plan.payment == Payment(account=PURSE, owner=ME, destination=VAULT, amount=5, balance=8)


@pytest.mark.parametrize("planner", [plan_enter_pool, plan_claim_rewards, plan_leave_pool])
def test_one_look_is_enough(planner: Callable[..., Any]) -> None:
    there = {} if planner is plan_enter_pool else {"reward": member()}
    assert looks(planner(**MINE), town(stake=stake(), **there))[1] == 1


# ------------------------------------------------------------ many at once


def stakers(count: int) -> list[Pubkey]:
    return [Pubkey(bytes([n]) * 32) for n in range(1, count + 1)]


def syncs(count: int) -> Series[Any]:
    crowd = {pda.reward_address(one, network=LOCALNET): member(one) for one in stakers(count)}
    planned = seen(plan_sync_rewards(stakers(count), network=LOCALNET), town() | crowd)
    assert isinstance(planned, Series)
    return planned


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])])
def test_everybody_is_synced_once(count: int, sizes: list[int]) -> None:
    series = syncs(count)
    assert [len(plan.instructions) for plan in series.plans] == sizes
    synced = [one for plan in series.plans for one in plan.instructions]
    assert synced == [build.sync_ix(staker=one, network=LOCALNET) for one in stakers(count)]
    assert series.result(["one", "two"]) == ["one", "two"]


def size_of(count: int) -> int:
    """Bytes of a transaction that syncs so many, with all that is added to it: a limit, a price and a mark."""
    syncing = [build.sync_ix(staker=one, network=LOCALNET) for one in stakers(count)]
    added = budget_instructions(MAX_UNIT_LIMIT, U64_MAX, mark=Pubkey(b"m" * 32))
    message = build_message([*syncing, *added], payer=ME, blockhash=Hash.default())
    return 1 + 64 + len(bytes(message)) + 1  # signatures with their count, and the message's version


def test_as_many_fit_a_transaction_as_are_put_into_it() -> None:
    assert (size_of(SYNCS_PER_TRANSACTION), size_of(12)) == (909, 1_221)
    with pytest.raises(InputError, match="may have 1232"):
        size_of(13)


# ------------------------------------------------------------ what comes of it


def test_a_claim_tells_its_amount() -> None:
    scene = town(stake=stake(), reward=member(), purse=purse(0))
    for planner in (plan_claim_rewards, plan_leave_pool):
        plan = plan_of(planner(**MINE), scene)
        assert plan.result(landed(transfer(VAULT, PURSE, 278), transfer(PURSE, STAKE, 5))).amount == 278
        assert plan.result(UNTOLD).amount is None


# ------------------------------------------------------------ reading


async def test_what_is_due_is_worth_the_rate_of_its_own_moment() -> None:
    rewards = Rewards(engine_over(town(reward=member())))
    assert await rewards.fetch_pending() == WEIGHT * 50 // 40 - WEIGHT


async def test_lamports_at_the_reward_address_are_no_membership() -> None:
    with pytest.raises(NotFoundError, match="no reward"):
        await Rewards(engine_over(town(reward=SENT_THERE))).fetch_pending()
