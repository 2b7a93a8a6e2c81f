"""What pool actions refuse, and what they plan."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from seeing import (
    SENT_THERE,
    UNTOLD,
    WALLET,
    engine_over,
    instructions_of,
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
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.bindings.rewards.accounts import ReflectionAccount
from nosana_chain.engine.plan import Payment, Series
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    InsufficientFundsError,
    NotFoundError,
    NothingDueError,
    TermsDifferError,
    WrongStateError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.pools.actions import Pools
from nosana_chain.programs.pools.instructions import (
    claim_fee_ix,
    claim_transfer_ix,
    close_pool_ix,
    update_beneficiary_ix,
)
from nosana_chain.programs.pools.plans import (
    Opening,
    plan_change_beneficiary,
    plan_claim_pool,
    plan_close_pool,
    plan_fund_pool,
    plan_open_pool,
)
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.units import U64_MAX
from nosana_chain.wallet import Wallet

START = 1_700_000_000
POOL, OTHER, MINT, PAID = (Pubkey(letter.encode() * 32) for letter in "pomb")
VAULT = pda.pool_vault_address(POOL, network=LOCALNET)
REFLECTION = pda.reflection_address(network=LOCALNET)
ME = WALLET.address
MINE: dict[str, Any] = {"owner": ME, "network": LOCALNET}
NOS = LOCALNET.nos_mint
MY_TOKENS, MY_NOS = (pda.token_account_address(ME, mint=mint) for mint in (MINT, NOS))
TERMS = PoolTerms(emission=10, start_time=START, closeable=True)
ACCOUNT = PoolAccount(
    authority=ME,
    beneficiary=PAID,
    claim_type=0,
    claimed_tokens=0,
    closeable=True,
    emission=10,
    start_time=START,
    vault=VAULT,
    vault_bump=255,
)
FEES = replace(ACCOUNT, claim_type=1)
UNKNOWN = replace(ACCOUNT, claim_type=7)
KEY = Wallet.from_seed(bytes([7]) * 32)
NEW_VAULT = pda.pool_vault_address(KEY.address, network=LOCALNET)
VESTING = Opening(terms=TERMS, mint=MINT, pays=OTHER, deposit=500)
FEE_POOL = Opening(terms=TERMS, mint=NOS, pays=None, deposit=0)


def pool_account(pool: PoolAccount = ACCOUNT) -> Account:
    return program_account(pool, LOCALNET.programs.pools)


def purses(*, tokens: int | None = None, nos: int | None = None) -> dict[Pubkey, Account]:
    held = {MY_TOKENS: (MINT, tokens), MY_NOS: (NOS, nos)}
    return {
        address: token_account(mint=mint, owner=ME, amount=amount)
        for address, (mint, amount) in held.items()
        if amount is not None
    }


def town(
    pool: PoolAccount = ACCOUNT, *, vault: int = 1_000, members: int = 1, after: int = 60, mint: Pubkey = MINT
) -> dict[Pubkey, Account]:
    """A pool, so many seconds after its start, beside the rewards pool."""
    reflection = ReflectionAccount(rate=1, total_reflection=1, total_xnos=members, vault=OTHER, vault_bump=255)
    accounts = {
        POOL: pool_account(pool),
        VAULT: token_account(mint=mint, owner=VAULT, amount=vault),
        REFLECTION: program_account(reflection, LOCALNET.programs.rewards),
    }
    return accounts | moment(START + after)


def claiming(accounts: dict[Pubkey, Account], *, force: bool = False) -> tuple[Instruction, ...]:
    return plan_of(plan_claim_pool(POOL, force=force, **MINE), accounts).instructions


# ------------------------------------------------------------ what is refused


@pytest.mark.parametrize("action", ["fetch_pool", "fetch_claim", "claim_pool", "close_pool"])
async def test_a_pool_that_is_not_there(action: str) -> None:
    with pytest.raises(NotFoundError, match="no pool at"):
        await getattr(Pools(engine_over(town())), action)(OTHER)


async def test_a_pool_without_its_vault() -> None:
    with pytest.raises(NotFoundError, match="no vault"):
        await Pools(engine_over({POOL: pool_account()} | moment(START))).fetch_claim(POOL)


@pytest.mark.parametrize("deposit", [-1, 2**64, "5"])
def test_a_deposit_out_of_range_makes_no_action(deposit: Any) -> None:
    with pytest.raises(AmountError, match="deposit"):
        Pools(engine_over({})).open_fee_pool(TERMS, deposit=deposit)


@pytest.mark.parametrize("amount", [0, -1, 2**64])
def test_an_amount_out_of_range_makes_no_action(amount: int) -> None:
    with pytest.raises(AmountError, match=r"amount|nothing"):
        Pools(engine_over({})).fund_pool(POOL, amount=amount)


def test_a_deposit_that_is_not_covered() -> None:
    with pytest.raises(
        InsufficientFundsError, match=f"has 499 base units of {MINT} and the deposit takes 500"
    ) as caught:
        seen(plan_open_pool(VESTING, pool=KEY, **MINE), purses(tokens=499))
    assert (caught.value.needed, caught.value.balance) == (500, 499)
    with pytest.raises(InsufficientFundsError, match=r"has 0\.000000 NOS and the deposit takes 0\.000500"):
        seen(plan_open_pool(replace(FEE_POOL, deposit=500), pool=KEY, **MINE), {MY_NOS: SENT_THERE})


def test_a_payment_that_is_not_covered() -> None:
    with pytest.raises(InsufficientFundsError, match=f"has 0 base units of {MINT}"):
        seen(plan_fund_pool(POOL, amount=7, **MINE), town() | purses(nos=100))


def test_fees_that_would_count_without_being_paid_are_refused() -> None:
    with pytest.raises(WrongStateError, match="count 9 base units") as caught:
        claiming(town(FEES, vault=9))
    assert caught.value.forfeited == 9


@pytest.mark.parametrize("force", [False, True])
def test_fees_for_nobody_are_refused_even_if_forced(force: bool) -> None:  # noqa: FBT001  a parameter
    with pytest.raises(WrongStateError, match="nobody is in the rewards pool"):
        claiming(town(FEES, members=0), force=force)


@pytest.mark.parametrize(
    ("pool", "scene", "due_at", "told"),
    [
        (ACCOUNT, {"after": -60}, START + 1, f"due at {START + 1}"),
        (ACCOUNT, {"after": 0}, START + 1, f"due at {START + 1}"),
        (replace(ACCOUNT, claimed_tokens=600), {}, START + 61, f"due at {START + 61}"),
        (replace(ACCOUNT, claimed_tokens=595), {}, START + 61, f"due at {START + 61}"),
        (replace(FEES, claimed_tokens=600), {}, START + 61, f"due at {START + 61}"),
        (ACCOUNT, {"vault": 9}, None, "holds 9 base units, and a second's emission is 10; fund it"),
        (ACCOUNT, {"vault": 0}, None, "fund it"),
        (FEES, {"vault": 0}, None, "fund it"),
        (replace(ACCOUNT, emission=0), {}, None, "emits nothing"),
        (replace(ACCOUNT, emission=U64_MAX // 50), {"vault": U64_MAX}, None, "outgrown"),
    ],
)
def test_claiming_nothing_sends_nothing(
    pool: PoolAccount, scene: dict[str, int], due_at: int | None, told: str
) -> None:
    for force in (False, True):
        with pytest.raises(NothingDueError, match=told) as caught:
            claiming(town(pool, **scene), force=force)
        assert caught.value.due_at == due_at


@pytest.mark.parametrize("claimed", [0, 1, 595, 600, 601])
def test_from_the_moment_that_is_told_something_is_due_and_not_before(claimed: int) -> None:
    pool = replace(ACCOUNT, claimed_tokens=claimed)
    with pytest.raises(NothingDueError) as caught:
        claiming(town(pool, after=0))
    due = caught.value.due_at - START
    assert claiming(town(pool, after=due))
    with pytest.raises(NothingDueError):
        claiming(town(pool, after=due - 1))


# ------------------------------------------------------------ claims


async def test_a_claim_shows_what_is_due() -> None:
    claim = await Pools(engine_over(town(vault=450))).fetch_claim(POOL)
    assert (claim.due, claim.vault_balance, claim.paid, claim.due_at) == (600, 450, 450, None)


def test_a_forfeiting_claim_is_sent_when_forced() -> None:
    assert claiming(town(FEES, vault=9), force=True) == (claim_fee_ix(pool=POOL, authority=ME, network=LOCALNET),)


@pytest.mark.parametrize("pool", [ACCOUNT, UNKNOWN], ids=["vesting", "unknown"])
def test_a_pool_pays_its_beneficiary(pool: PoolAccount) -> None:
    """One of unknown type never does, as the program says."""
    paying = claim_transfer_ix(pool=POOL, beneficiary=PAID, authority=ME, network=LOCALNET)
    assert claiming(town(pool, members=0)) == (paying,)


def test_fees_are_claimed_their_own_way() -> None:
    assert claiming(town(FEES)) == (claim_fee_ix(pool=POOL, authority=ME, network=LOCALNET),)


def test_a_claim_tells_what_was_paid() -> None:
    plan = plan_of(plan_claim_pool(POOL, force=False, **MINE), town())
    assert plan.payment is None
    assert plan.result(landed(transfer(VAULT, PAID, 600), transfer(OTHER, PAID, 3))).amount == 600
    assert plan.result(landed()).amount == 0
    assert plan.result(UNTOLD).amount is None


# ------------------------------------------------------------ opening


def opened(built: Instruction) -> dict[str, Pubkey]:
    names = ("pool", "vault", "beneficiary", "authority", "mint")
    return dict(zip(names, (meta.pubkey for meta in built.accounts), strict=False))


def test_a_vesting_pool_is_opened_and_filled_at_once() -> None:
    plan = plan_of(plan_open_pool(VESTING, pool=KEY, **MINE), purses(tokens=800))
    creation, opening, funding = plan.instructions
    assert creation == create_token_account_ix(owner=OTHER, mint=MINT, payer=ME)
    assert opened(opening) == {
        "pool": KEY.address,
        "vault": NEW_VAULT,
        "beneficiary": pda.token_account_address(OTHER, mint=MINT),
        "authority": ME,
        "mint": MINT,
    }
    assert funding == transfer_ix(source=MY_TOKENS, target=NEW_VAULT, owner=ME, amount=500)
    assert plan.payment == Payment(account=MY_TOKENS, owner=ME, destination=NEW_VAULT, amount=500, balance=800)
    assert (plan.signers, plan.addresses) == ((KEY,), {"pool": KEY.address})


def test_a_pool_of_fees_pays_the_rewards_vault() -> None:
    plan = plan_of(plan_open_pool(FEE_POOL, pool=KEY, **MINE), {})
    [opening] = plan.instructions
    assert opened(opening)["beneficiary"] == pda.rewards_vault_address(network=LOCALNET)
    assert opened(opening)["mint"] == NOS
    assert plan.payment is None


def test_a_deposit_of_nos_is_paid_out_of_the_nos_account() -> None:
    plan = plan_of(plan_open_pool(replace(FEE_POOL, deposit=500), pool=KEY, **MINE), purses(nos=800))
    assert plan.payment == Payment(account=MY_NOS, owner=ME, destination=NEW_VAULT, amount=500, balance=800)


def test_a_pool_is_proven_by_its_account() -> None:
    plan = plan_of(plan_open_pool(VESTING, pool=KEY, **MINE), purses(tokens=800))
    assert plan.proof is not None
    assert plan.reads == (KEY.address,)
    strangers = (replace(ACCOUNT, authority=OTHER), replace(ACCOUNT, emission=11), FEES)
    for found, proven in ((ACCOUNT, True), *((stranger, False) for stranger in strangers)):
        assert plan.proof({KEY.address: pool_account(found)}) is proven


def already_open(pool: PoolAccount = ACCOUNT, *, mint: Pubkey = MINT) -> dict[Pubkey, Account]:
    return {KEY.address: pool_account(pool), NEW_VAULT: token_account(mint=mint, owner=NEW_VAULT, amount=1)}


def test_a_pool_that_an_earlier_attempt_opened_is_not_opened_again() -> None:
    found = seen(plan_open_pool(VESTING, pool=KEY, **MINE), already_open())
    assert isinstance(found, Series)
    assert found.plans == ()
    assert (found.result([]).pool, found.result([]).receipt) == (KEY.address, None)


def test_the_address_of_another_pool() -> None:
    with pytest.raises(AlreadyExistsError, match="taken by another pool"):
        seen(plan_open_pool(VESTING, pool=KEY, **MINE), already_open(replace(ACCOUNT, authority=OTHER)))


@pytest.mark.parametrize(
    ("there", "recorded", "asked"),
    [
        (already_open(replace(ACCOUNT, emission=11)), {"emission": 11}, {"emission": 10}),
        (already_open(mint=NOS), {"mint": str(NOS)}, {"mint": str(MINT)}),
        (
            already_open(replace(FEES, closeable=False)),
            {"closeable": False, "claim_type": "ADD_FEE"},
            {"closeable": True, "claim_type": "TRANSFER"},
        ),
    ],
)
def test_a_key_that_stands_for_a_pool_with_other_terms(
    there: dict[Pubkey, Account], recorded: dict[str, Any], asked: dict[str, Any]
) -> None:
    with pytest.raises(TermsDifferError, match="opened with other terms") as caught:
        seen(plan_open_pool(VESTING, pool=KEY, **MINE), there)
    assert (caught.value.recorded, caught.value.asked) == (recorded, asked)


async def test_an_action_looked_at_twice_opens_the_same_pool() -> None:
    pools = Pools(engine_over(purses(nos=5)))
    action = pools.open_fee_pool(TERMS, deposit=5)
    first, second = [await instructions_of(action) for _ in range(2)]
    assert first == second
    another = await instructions_of(pools.open_fee_pool(TERMS, deposit=5))
    assert opened(another[0])["pool"] != opened(first[0])["pool"]


# ------------------------------------------------------------ the rest


def test_closing_pays_the_wallet_in_the_pools_own_mint() -> None:
    plan = plan_of(plan_close_pool(POOL, **MINE), town())
    assert plan.instructions == (
        create_token_account_ix(owner=ME, mint=MINT, payer=ME),
        close_pool_ix(pool=POOL, user=MY_TOKENS, authority=ME, network=LOCALNET),
    )
    assert plan.result(landed(transfer(VAULT, MY_TOKENS, 1_000))).amount == 1_000


def test_a_new_beneficiary_gets_an_account() -> None:
    change = update_beneficiary_ix(
        pool=POOL,
        beneficiary=PAID,
        new_beneficiary=pda.token_account_address(OTHER, mint=MINT),
        authority=ME,
        network=LOCALNET,
    )
    plan = plan_of(plan_change_beneficiary(POOL, to=OTHER, **MINE), town())
    assert plan.instructions == (create_token_account_ix(owner=OTHER, mint=MINT, payer=ME), change)


@pytest.mark.parametrize(("mint", "source", "looked"), [(NOS, MY_NOS, 1), (MINT, MY_TOKENS, 2)], ids=["NOS", "other"])
def test_funding_goes_to_the_vault_in_its_mint(mint: Pubkey, source: Pubkey, looked: int) -> None:
    scene = town(mint=mint) | purses(tokens=9, nos=9)
    plan = plan_of(plan_fund_pool(POOL, amount=7, **MINE), scene)
    assert plan.instructions == (transfer_ix(source=source, target=VAULT, owner=ME, amount=7),)
    assert plan.payment == Payment(account=source, owner=ME, destination=VAULT, amount=7, balance=9)
    assert looks(plan_fund_pool(POOL, amount=7, **MINE), scene)[1] == looked


@pytest.mark.parametrize(
    "planning",
    [
        lambda: plan_claim_pool(POOL, force=False, **MINE),
        lambda: plan_close_pool(POOL, **MINE),
        lambda: plan_change_beneficiary(POOL, to=OTHER, **MINE),
    ],
)
def test_one_look_is_enough(planning: Callable[[], Any]) -> None:
    assert looks(planning(), town())[1] == 1
