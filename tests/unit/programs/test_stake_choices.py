"""What actions of stakers plan, also where strangers sent lamports to addresses of theirs."""

from dataclasses import replace
from typing import Any

import pytest
from seeing import (
    SENT_THERE,
    UNTOLD,
    WALLET,
    engine_over,
    landed,
    looks,
    moment,
    plan_of,
    program_account,
    seen,
    token_account,
    transfer,
)
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.engine.plan import Payment
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    ConfigError,
    InsufficientFundsError,
    NoStakeError,
    NotFoundError,
    NothingDueError,
    WrongStateError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nos_accounts import create_nos_account_ix, fetch_nos_balance
from nosana_chain.programs.rewards import instructions as rewards_ix
from nosana_chain.programs.staking import instructions as staking_ix
from nosana_chain.programs.staking.actions import Stakes, StakingAuthority
from nosana_chain.programs.staking.plans.admin import plan_init_settings, plan_slash, plan_update_settings
from nosana_chain.programs.staking.plans.stakers import (
    plan_close_stake,
    plan_extend,
    plan_restake,
    plan_stake,
    plan_topup,
    plan_unstake,
    plan_withdraw,
)
from nosana_chain.programs.staking.terms import StakeTerms
from nosana_chain.units import DAY

ME = WALLET.address
MINE: dict[str, Any] = {"owner": ME, "network": LOCALNET}
OTHER = Pubkey(b"o" * 32)
NOW = 1_700_000_000
STAKE, VAULT = (find(ME, network=LOCALNET) for find in (pda.stake_address, pda.stake_vault_address))
REWARD, PURSE = (find(ME, network=LOCALNET) for find in (pda.reward_address, pda.nos_account_address))
REFLECTION, REWARDS_VAULT, SETTINGS = (
    find(network=LOCALNET) for find in (pda.reflection_address, pda.rewards_vault_address, pda.settings_address)
)
STAKED = StakeAccount(
    amount=1_000, authority=ME, duration=14 * DAY, time_unstake=0, vault=VAULT, vault_bump=255, xnos=1_115
)
UNSTAKED = replace(STAKED, time_unstake=NOW - 7 * DAY, xnos=0)
TERMS = StakeTerms(amount=1_000, duration=14 * DAY)

CREATION = create_nos_account_ix(owner=ME, payer=ME, network=LOCALNET)
UNSTAKING, WITHDRAWING, CLOSING, RESTAKING = (
    build(authority=ME, network=LOCALNET)
    for build in (staking_ix.unstake_ix, staking_ix.withdraw_ix, staking_ix.close_ix, staking_ix.restake_ix)
)
CLAIMING, LEAVING = (build(authority=ME, network=LOCALNET) for build in (rewards_ix.claim_ix, rewards_ix.close_ix))
SYNCING = rewards_ix.sync_ix(staker=ME, network=LOCALNET)


def purse(amount: int) -> Account:
    return token_account(mint=LOCALNET.nos_mint, owner=ME, amount=amount)


def vault(amount: int) -> Account:
    return token_account(mint=LOCALNET.nos_mint, owner=VAULT, amount=amount)


def stake_account(stake: StakeAccount = STAKED) -> Account:
    return program_account(stake, LOCALNET.programs.staking)


def member(*, reflection: int = 1_115 * 50) -> Account:
    account = RewardAccount(authority=ME, bump=255, reflection=reflection, xnos=1_115)
    return program_account(account, LOCALNET.programs.rewards)


def town(stake: StakeAccount | None = STAKED, *, rate: int = 40, **others: Account) -> dict[Pubkey, Account]:
    """A staker, and whatever stands at the reward address, the purse and the vault."""
    places = {"reward": REWARD, "purse": PURSE, "vault": VAULT}
    pool = ReflectionAccount(rate=rate, total_reflection=1, total_xnos=1, vault=REWARDS_VAULT, vault_bump=255)
    standing = {} if stake is None else {STAKE: stake_account(stake)}
    pools = {REFLECTION: program_account(pool, LOCALNET.programs.rewards)}
    return standing | pools | moment(NOW) | {places[name]: account for name, account in others.items()}


#: Everything that takes a stake.
ON_A_STAKE = {
    "topup": lambda: plan_topup(1, **MINE),
    "extend": lambda: plan_extend(1, **MINE),
    "unstake": lambda: plan_unstake(**MINE),
    "restake": lambda: plan_restake(**MINE),
    "withdraw": lambda: plan_withdraw(**MINE),
    "close": lambda: plan_close_stake(**MINE),
}


# ------------------------------------------------------------ what is refused


@pytest.mark.parametrize("amount", [0, -1, 2**64])
@pytest.mark.parametrize("verb", ["topup", "stake"])
def test_an_amount_out_of_range_makes_no_action(verb: str, amount: int) -> None:
    stakes = Stakes(engine_over({}))
    call = stakes.topup if verb == "topup" else lambda amount: stakes.stake(amount, duration=14 * DAY)
    with pytest.raises(AmountError, match=r"amount|0 NOS"):
        call(amount)


@pytest.mark.parametrize("duration", [14 * DAY - 1, 365 * DAY + 1, "30d"])
def test_a_duration_out_of_range_makes_no_action(duration: Any) -> None:
    with pytest.raises(AmountError, match="duration"):
        Stakes(engine_over({})).stake(1, duration=duration)


@pytest.mark.parametrize("by", [0, -1, 2**63, "1d"])
def test_an_extension_out_of_range_makes_no_action(by: Any) -> None:
    with pytest.raises(AmountError, match="by"):
        Stakes(engine_over({})).extend(by=by)


def test_slashing_nothing_makes_no_action() -> None:
    with pytest.raises(AmountError, match="slashing 0 NOS"):
        StakingAuthority(engine_over({})).slash(OTHER, amount=0)


def test_a_client_that_only_reads_makes_no_action() -> None:
    with pytest.raises(ConfigError, match="no wallet"):
        Stakes(engine_over({}, wallet=None)).unstake()


def test_an_extension_beyond_a_year() -> None:
    with pytest.raises(AmountError, match="14 to 365 days"):
        seen(plan_extend(351 * DAY + 1, **MINE), town())


@pytest.mark.parametrize("there", [None, SENT_THERE], ids=["nothing", "lamports"])
@pytest.mark.parametrize("planning", ON_A_STAKE.values(), ids=ON_A_STAKE)
def test_without_a_stake_one_is_told_to_stake_first(planning: Any, there: Account | None) -> None:
    with pytest.raises(NoStakeError, match="stake first") as caught:
        seen(planning(), town(None, purse=purse(5)) | ({STAKE: there} if there else {}))
    assert (caught.value.address, caught.value.kind) == (str(STAKE), "stake")


def test_a_wallet_stakes_once() -> None:
    with pytest.raises(AlreadyExistsError, match="has a stake already") as caught:
        seen(plan_stake(TERMS, **MINE), town(purse=purse(5_000)))
    assert caught.value.address == str(STAKE)


@pytest.mark.parametrize(
    ("held", "told"), [(None, "0.000000"), (SENT_THERE, "0.000000"), (purse(999), "0.000999")], ids=str
)
def test_a_stake_that_is_not_covered(held: Account | None, told: str) -> None:
    with pytest.raises(InsufficientFundsError, match=f"has {told} NOS and the stake takes 0.001000") as caught:
        seen(plan_stake(TERMS, **MINE), town(None) | ({PURSE: held} if held else {}))
    assert caught.value.needed == 1_000


def test_a_topup_that_is_not_covered() -> None:
    with pytest.raises(InsufficientFundsError, match="top-up") as caught:
        seen(plan_topup(6, **MINE), town(purse=purse(5)))
    assert (caught.value.needed, caught.value.balance) == (6, 5)


def test_something_else_at_the_reward_address_is_not_taken_for_nothing() -> None:
    with pytest.raises(NotFoundError, match="another kind of account"):
        seen(plan_unstake(**MINE), town(reward=Account(1, b"else", LOCALNET.programs.rewards)))


@pytest.mark.parametrize(
    ("stake", "held", "due_at", "told"),
    [
        (replace(UNSTAKED, time_unstake=NOW), 1_000, NOW + 1_210, "next base unit unlocks"),
        (UNSTAKED, 500, NOW + 1_210, "next base unit unlocks"),
        (UNSTAKED, 1_001, NOW + 7 * DAY, "somebody sent tokens"),
        (UNSTAKED, 0, None, "all of it was withdrawn"),
    ],
    ids=["just unstaked", "half withdrawn", "blocked", "empty"],
)
def test_withdrawing_nothing_sends_nothing(stake: StakeAccount, held: int, due_at: int | None, told: str) -> None:
    with pytest.raises(NothingDueError, match=told) as caught:
        seen(plan_withdraw(**MINE), town(stake, vault=vault(held)))
    assert caught.value.due_at == due_at
    if due_at is not None:
        assert plan_of(plan_withdraw(**MINE), town(stake, vault=vault(held)) | moment(due_at))
        with pytest.raises(NothingDueError):
            seen(plan_withdraw(**MINE), town(stake, vault=vault(held)) | moment(due_at - 1))


def test_restaking_nothing() -> None:
    with pytest.raises(WrongStateError, match="nothing is left"):
        seen(plan_restake(**MINE), town(UNSTAKED, vault=vault(0)))


def test_settings_are_made_once() -> None:
    settings = SettingsAccount(authority=OTHER, token_account=OTHER)
    with pytest.raises(AlreadyExistsError, match="made once"):
        seen(plan_init_settings(**MINE), {SETTINGS: program_account(settings, LOCALNET.programs.staking)})


# ------------------------------------------------------------ what is planned


def test_a_stake_pays_exactly_its_amount_into_its_vault() -> None:
    plan = plan_of(plan_stake(TERMS, **MINE), town(None, purse=purse(1_500)))
    assert plan.instructions == (staking_ix.stake_ix(authority=ME, amount=1_000, duration=14 * DAY, network=LOCALNET),)
    assert plan.payment == Payment(account=PURSE, owner=ME, destination=VAULT, amount=1_000, balance=1_500)
    assert plan.addresses == {"stake": STAKE}


@pytest.mark.parametrize(
    ("found", "proven"),
    [
        (stake_account(), True),
        (stake_account(replace(STAKED, amount=999)), False),
        (stake_account(replace(STAKED, duration=15 * DAY)), False),
        (SENT_THERE, False),
        (Account(1, b"something else", OTHER), False),
        (None, False),
    ],
    ids=["ours", "less", "longer", "lamports", "else", "nothing"],
)
def test_a_stake_is_proven_by_its_account(found: Account | None, proven: bool) -> None:  # noqa: FBT001  a parameter
    plan = plan_of(plan_stake(TERMS, **MINE), town(None, purse=purse(1_500)))
    assert plan.proof is not None
    assert plan.reads == (STAKE,)
    assert plan.proof({STAKE: found}) is proven


def test_a_topup_is_paid_to_the_stakes_vault() -> None:
    plan = plan_of(plan_topup(5, **MINE), town(purse=purse(8)))
    assert plan.instructions == (staking_ix.topup_ix(authority=ME, amount=5, network=LOCALNET),)
    assert plan.payment == Payment(account=PURSE, owner=ME, destination=VAULT, amount=5, balance=8)


def test_the_rewards_pool_is_told_of_a_heavier_stake() -> None:
    scene = town(reward=member(), purse=purse(5))
    extension = staking_ix.extend_ix(authority=ME, duration=DAY, network=LOCALNET)
    assert plan_of(plan_topup(5, **MINE), scene).instructions[1:] == (SYNCING,)
    assert plan_of(plan_extend(DAY, **MINE), scene).instructions == (extension, SYNCING)


def test_extending_takes_nothing() -> None:
    plan = plan_of(plan_extend(DAY, **MINE), town())
    assert (plan.payment, plan.checked) == (None, True)


def test_lamports_at_the_reward_address_are_no_membership() -> None:
    scene = town(reward=SENT_THERE, purse=purse(5))
    assert plan_of(plan_unstake(**MINE), scene).instructions == (UNSTAKING,)
    assert len(plan_of(plan_topup(5, **MINE), scene).instructions) == 1


async def test_lamports_at_the_address_of_a_nos_account_are_no_token_account() -> None:
    scene = town(UNSTAKED, purse=SENT_THERE, vault=vault(1_000))
    assert await fetch_nos_balance(engine_over(scene).connection, ME) == 0
    assert plan_of(plan_withdraw(**MINE), scene).instructions == (CREATION, WITHDRAWING)


def test_a_member_claims_and_leaves_before_unstaking() -> None:
    assert plan_of(plan_unstake(**MINE), town(reward=member(), purse=purse(0))).instructions == (
        CLAIMING,
        LEAVING,
        UNSTAKING,
    )
    assert plan_of(plan_unstake(**MINE), town(reward=member())).instructions[0] == CREATION


def test_a_member_of_a_pool_that_can_never_pay_leaves_without_a_claim() -> None:
    """The claim would abort, and the stake would stay locked in."""
    scene = town(rate=0, reward=member(reflection=0), purse=purse(5))
    assert plan_of(plan_unstake(**MINE), scene).instructions == (LEAVING, UNSTAKING)
    assert len(plan_of(plan_topup(5, **MINE), scene).instructions) == 1


def test_what_has_unlocked_is_withdrawn() -> None:
    plan = plan_of(plan_withdraw(**MINE), town(UNSTAKED, vault=vault(501), purse=purse(0)))
    assert (plan.instructions, plan.payment) == ((WITHDRAWING,), None)


def test_who_has_not_unstaked_is_told_so_by_the_program() -> None:
    assert plan_of(plan_withdraw(**MINE), town(vault=vault(1_000), purse=purse(0))).instructions == (WITHDRAWING,)
    assert plan_of(plan_restake(**MINE), town(vault=vault(0))).instructions == (RESTAKING,)


def test_closing_needs_somewhere_for_the_tokens_to_go() -> None:
    assert plan_of(plan_close_stake(**MINE), town(UNSTAKED)).instructions == (CREATION, CLOSING)
    assert plan_of(plan_close_stake(**MINE), town(UNSTAKED, purse=purse(0))).instructions == (CLOSING,)


@pytest.mark.parametrize("planning", ON_A_STAKE.values(), ids=ON_A_STAKE)
def test_one_look_is_enough(planning: Any) -> None:
    assert looks(planning(), town(UNSTAKED, reward=member(), purse=purse(9), vault=vault(900)))[1] == 1


# ------------------------------------------------------------ what comes of it


def test_a_withdrawal_tells_its_amount() -> None:
    plan = plan_of(plan_withdraw(**MINE), town(UNSTAKED, vault=vault(1_000), purse=purse(0)))
    assert plan.result(landed(transfer(VAULT, PURSE, 500), transfer(OTHER, PURSE, 7))).amount == 500
    assert plan.result(UNTOLD).amount is None


def test_unstaking_tells_what_was_claimed_and_when_all_unlocks() -> None:
    inside = plan_of(plan_unstake(**MINE), town(reward=member(), purse=purse(0)))
    after = {STAKE: stake_account(replace(STAKED, time_unstake=NOW, xnos=0))}
    told = inside.result(landed(transfer(REWARDS_VAULT, PURSE, 278), accounts=after))
    assert (told.claimed, told.unlocks_at) == (278, NOW + 14 * DAY)
    assert (inside.result(UNTOLD).claimed, inside.result(UNTOLD).unlocks_at) == (None, None)
    outside = plan_of(plan_unstake(**MINE), town(purse=purse(0)))
    assert outside.result(UNTOLD).claimed == 0


def test_restaking_tells_what_is_staked_again() -> None:
    plan = plan_of(plan_restake(**MINE), town(UNSTAKED, vault=vault(400)))
    assert plan.instructions == (RESTAKING,)
    assert plan.result(landed(accounts={STAKE: stake_account(replace(STAKED, amount=400))})).amount == 400
    assert plan.result(UNTOLD).amount is None


# ------------------------------------------------------------ the slashing authority


def town_with_settings() -> dict[Pubkey, Account]:
    settings = SettingsAccount(authority=ME, token_account=OTHER)
    return town() | {SETTINGS: program_account(settings, LOCALNET.programs.staking)}


def test_what_is_slashed_goes_where_the_settings_say() -> None:
    slashing = staking_ix.slash_ix(staker=ME, amount=7, token_account=OTHER, authority=ME, network=LOCALNET)
    plan = plan_of(plan_slash(ME, amount=7, admin=ME, network=LOCALNET), town_with_settings())
    assert (plan.instructions, plan.payment) == ((slashing,), None)


def test_who_has_no_stake_can_not_be_slashed() -> None:
    with pytest.raises(NoStakeError):
        seen(plan_slash(OTHER, amount=7, admin=ME, network=LOCALNET), town_with_settings())


def test_settings_that_are_not_given_stay() -> None:
    planning = plan_update_settings(authority=OTHER, token_account=None, admin=ME, network=LOCALNET)
    assert plan_of(planning, town_with_settings()).instructions == (
        staking_ix.update_settings_ix(new_authority=OTHER, token_account=OTHER, authority=ME, network=LOCALNET),
    )


# ------------------------------------------------------------ reading


async def test_tokens_that_were_sent_to_the_vault_can_not_be_withdrawn_before_the_end() -> None:
    for held, due in ((1_001, 0), (1_000, 500)):
        engine = engine_over(town(UNSTAKED, vault=vault(held)))
        assert await Stakes(engine).fetch_withdrawable() == due


async def test_what_can_be_withdrawn_at_another_time() -> None:
    stakes = Stakes(engine_over(town(UNSTAKED, vault=vault(1_000))))
    assert await stakes.fetch_withdrawable(at=NOW + 7 * DAY) == 1_000
