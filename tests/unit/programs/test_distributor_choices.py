"""What actions on a merkle distributor refuse, and what they plan."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from seeing import (
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
from nosana_chain.bindings.distributor.accounts import ClaimStatus as ClaimStatusAccount
from nosana_chain.bindings.distributor.accounts import MerkleDistributor
from nosana_chain.engine.plan import Payment
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    InputError,
    InsufficientFundsError,
    NotFoundError,
    NothingDueError,
    WrongStateError,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.distributor import instructions as build
from nosana_chain.programs.distributor.actions import DistributorAdmin, Distributors
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree, Proof
from nosana_chain.programs.distributor.plans.admin import (
    Creation,
    plan_claw_back,
    plan_close_claim_status,
    plan_close_distributor,
    plan_create_distributor,
    plan_set_admin,
    plan_set_clawback_receiver,
    plan_set_enable_slot,
)
from nosana_chain.programs.distributor.plans.claimants import Claim, plan_claim_locked, plan_claim_unlocked
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.units import DAY

START, END = 1_700_000_000, 1_700_001_000
ME, OTHER, MINT, RECEIVER = WALLET.address, *(Pubkey(letter.encode() * 32) for letter in "omr")
TREE = MerkleTree(
    [
        Leaf(claimant=ME, unlocked_amount=1_000, locked_amount=300),
        Leaf(claimant=OTHER, unlocked_amount=2_000),
    ]
)
MINE = TREE.prove(ME)
TERMS = DistributorTerms.for_tree(
    TREE, version=4, start_ts=START, end_ts=END, clawback_start_ts=END + DAY, closable=True, enable_slot=50
)
NETWORK = {"network": LOCALNET}
ADDRESS = pda.distributor_address(MINT, version=4, network=LOCALNET)
UNUSED = [0] * 32
ACCOUNT = MerkleDistributor(
    bump=255,
    version=4,
    root=list(TREE.root),
    mint=MINT,
    token_vault=pda.token_account_address(ADDRESS, mint=MINT),
    max_total_claim=TREE.total,
    max_num_nodes=2,
    total_amount_claimed=0,
    total_amount_forgone=0,
    num_nodes_claimed=0,
    start_ts=START,
    end_ts=END,
    clawback_start_ts=END + DAY,
    clawback_receiver=RECEIVER,
    admin=ME,
    clawed_back=False,
    enable_slot=50,
    closable=True,
    buffer0=UNUSED,
    buffer1=UNUSED,
    buffer2=UNUSED,
)
STATUS = ClaimStatusAccount(
    claimant=ME,
    locked_amount=300,
    locked_amount_withdrawn=100,
    unlocked_amount=1_000,
    unlocked_amount_claimed=1_000,
    closable=True,
    distributor=ADDRESS,
)


STATUS_ADDRESS = pda.claim_status_address(ME, distributor=ADDRESS, network=LOCALNET)
CREATION = Creation(terms=TERMS, mint=MINT, deposit=3_300, receiver=OTHER)
CLAIM = Claim(distributor=ADDRESS, proof=MINE, receiver=ME, max_forgone=0)


def account_of(owner: Pubkey) -> Pubkey:
    return pda.token_account_address(owner, mint=MINT)


VAULT, PURSE = account_of(ADDRESS), account_of(ME)


def distributor_account(distributor: MerkleDistributor = ACCOUNT) -> Account:
    return program_account(distributor, LOCALNET.programs.distributor)


def status_account(status: ClaimStatusAccount = STATUS) -> Account:
    return program_account(status, LOCALNET.programs.distributor)


def town(
    distributor: MerkleDistributor = ACCOUNT,
    *,
    now: int = END,
    slot: int = 100,
    status: ClaimStatusAccount | None = None,
) -> dict[Pubkey, Account]:
    claimed = {} if status is None else {STATUS_ADDRESS: status_account(status)}
    return {ADDRESS: distributor_account(distributor)} | claimed | moment(now, slot=slot)


def purse(amount: int) -> dict[Pubkey, Account]:
    return {PURSE: token_account(mint=MINT, owner=ME, amount=amount)}


def creation(owner: Pubkey) -> object:
    return create_token_account_ix(owner=owner, mint=MINT, payer=ME)


# ------------------------------------------------------------ what claimants are refused


def test_a_distributor_that_is_not_there() -> None:
    with pytest.raises(NotFoundError, match="no distributor at"):
        seen(plan_claim_locked(OTHER, owner=ME, **NETWORK), town())


async def test_nothing_claimed_yet() -> None:
    with pytest.raises(NotFoundError, match="no claim status at"):
        await Distributors(engine_over(town())).fetch_claim_status(ADDRESS)


def test_a_leaf_of_another_wallet_makes_no_action() -> None:
    with pytest.raises(InputError, match="only by its own wallet"):
        Distributors(engine_over({})).claim_unlocked(ADDRESS, proof=TREE.prove(OTHER))


def test_a_loss_out_of_range_makes_no_action() -> None:
    with pytest.raises(AmountError, match="max_forgone"):
        Distributors(engine_over({})).claim_unlocked(ADDRESS, proof=MINE, max_forgone=-1)


def test_a_proof_of_another_tree() -> None:
    forged = Proof(leaf=replace(MINE.leaf, unlocked_amount=1_001), siblings=MINE.siblings)
    with pytest.raises(InputError, match="leads to root"):
        seen(plan_claim_unlocked(replace(CLAIM, proof=forged), **NETWORK), town())


# Half way: 500 + 250 of 1,000.
def test_a_claim_that_would_lose_tokens_is_refused() -> None:
    with pytest.raises(WrongStateError, match="pays 750 base units and loses 250") as caught:
        seen(plan_claim_unlocked(replace(CLAIM, max_forgone=249), **NETWORK), town(now=START + 500))
    assert caught.value.forgone == 250


def test_a_leaf_is_claimed_once() -> None:
    with pytest.raises(AlreadyExistsError, match="which is done once") as caught:
        seen(plan_claim_unlocked(CLAIM, **NETWORK), town(status=STATUS))
    assert caught.value.address == str(STATUS_ADDRESS)


def test_the_unlocked_part_comes_first() -> None:
    with pytest.raises(NotFoundError, match="claim_unlocked comes first"):
        seen(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town())


@pytest.mark.parametrize(
    ("now", "paid", "due_at", "told"),
    [
        (START - 5, 0, START + 4, "the next base unit vests at"),
        (START + 333, 100, START + 337, "the next base unit vests at"),
        (END - 1, 299, END, "the next base unit vests at"),
        (END, 300, None, "all of it was paid"),
    ],
)
def test_claiming_nothing_sends_nothing(now: int, paid: int, due_at: int | None, told: str) -> None:
    status = replace(STATUS, locked_amount_withdrawn=paid)
    with pytest.raises(NothingDueError, match=told) as caught:
        seen(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town(now=now, status=status))
    assert caught.value.due_at == due_at
    if due_at is not None:
        assert plan_of(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town(now=due_at, status=status))
        with pytest.raises(NothingDueError):
            seen(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town(now=due_at - 1, status=status))


@pytest.mark.parametrize(
    ("distributor", "slot"), [(replace(ACCOUNT, clawed_back=True), 100), (ACCOUNT, 49)], ids=["clawed back", "slot"]
)
def test_why_a_distributor_is_shut_is_told_by_the_program(distributor: MerkleDistributor, slot: int) -> None:
    paid = replace(STATUS, locked_amount_withdrawn=300)
    assert plan_of(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town(distributor, slot=slot, status=paid))
    assert plan_of(plan_claim_unlocked(CLAIM, **NETWORK), town(distributor, slot=slot, now=START))


def test_an_address_is_that_of_the_voting_distributor_on_chain() -> None:
    mint = Pubkey.from_string("tvt6rcF7oMMaAcNW9FvfWhi6v7VxqaapdadoG6xjXUH")
    known = Pubkey.from_string("P8XkzD1FxrSpnD1mQsWTuuTu6aKzEAnkibcYDGGgnKH")
    assert pda.distributor_address(mint, version=0, network=LOCALNET) == known


# ------------------------------------------------------------ what admins are refused


@pytest.mark.parametrize("deposit", [-1, 2**64])
def test_a_deposit_out_of_range_makes_no_action(deposit: int) -> None:
    with pytest.raises(AmountError, match="deposit"):
        DistributorAdmin(engine_over({})).create_distributor(TERMS, mint=MINT, deposit=deposit)


def test_a_slot_out_of_range_makes_no_action() -> None:
    with pytest.raises(AmountError, match="slot"):
        DistributorAdmin(engine_over({})).set_enable_slot(ADDRESS, slot=-1)


def test_a_version_is_created_once() -> None:
    with pytest.raises(AlreadyExistsError, match="use another version"):
        seen(plan_create_distributor(CREATION, admin=ME, **NETWORK), town() | purse(5_000))


def test_a_deposit_that_is_not_covered() -> None:
    with pytest.raises(InsufficientFundsError, match="the deposit takes 3300"):
        seen(plan_create_distributor(CREATION, admin=ME, **NETWORK), purse(3_299))


@pytest.mark.parametrize(
    "planning",
    [
        lambda: plan_set_enable_slot(OTHER, slot=7, admin=ME, **NETWORK),
        lambda: plan_set_clawback_receiver(OTHER, to=OTHER, admin=ME, **NETWORK),
        lambda: plan_set_admin(OTHER, to=OTHER, admin=ME, **NETWORK),
        lambda: plan_claw_back(OTHER, owner=ME, **NETWORK),
        lambda: plan_close_distributor(OTHER, admin=ME, **NETWORK),
        lambda: plan_close_claim_status(ADDRESS, claimant=OTHER, admin=ME, **NETWORK),
    ],
    ids=["slot", "receiver", "admin", "claw back", "close", "close status"],
)
def test_what_is_not_there_can_not_be_changed(planning: Callable[[], Any]) -> None:
    with pytest.raises(NotFoundError, match=r"no (distributor|claim status) at"):
        seen(planning(), town())


# ------------------------------------------------------------ claims


@pytest.mark.parametrize(
    ("claimed", "amounts"), [(None, (750, 250, 150)), (STATUS, (0, 0, 50))], ids=["new", "claimed"]
)
async def test_eligibility(claimed: ClaimStatusAccount | None, amounts: tuple[int, int, int]) -> None:
    distributors = Distributors(engine_over(town(now=START + 500, status=claimed)))
    found = await distributors.fetch_eligibility(ADDRESS, proof=MINE)
    assert (found.unlocked, found.forgone, found.locked, found.slot) == (*amounts, 100)


@pytest.mark.parametrize("paid", [ME, Vote.YES.value, Vote.NO.value], ids=["wallet", "yes", "no"])
def test_a_claim_pays_the_wallet_or_a_vote(paid: Pubkey) -> None:
    plan = plan_of(plan_claim_unlocked(replace(CLAIM, receiver=paid), **NETWORK), town())
    claim = build.new_claim_ix(distributor=ADDRESS, mint=MINT, proof=MINE, to=account_of(paid), network=LOCALNET)
    assert (plan.instructions, plan.payment) == ((creation(paid), claim), None)


@pytest.mark.parametrize(("vote", "paid"), [(None, "me"), (Vote.YES, "YES")])
def test_a_vote_is_chosen_where_the_action_is_made(vote: Vote | None, paid: str) -> None:
    action = Distributors(engine_over({})).claim_unlocked(ADDRESS, proof=MINE, vote=vote)
    assert (action.terms["vote"] or "me") == paid
    action.close()


def test_a_loss_that_is_allowed() -> None:
    assert plan_of(plan_claim_unlocked(replace(CLAIM, max_forgone=250), **NETWORK), town(now=START + 500))


def test_a_claim_is_proven_by_its_status() -> None:
    plan = plan_of(plan_claim_unlocked(CLAIM, **NETWORK), town())
    assert plan.proof is not None
    assert plan.reads == (STATUS_ADDRESS,)
    for found, proven in ((STATUS, True), (replace(STATUS, claimant=OTHER), False)):
        assert plan.proof({STATUS_ADDRESS: status_account(found)}) is proven


def test_a_claim_tells_what_was_paid_and_what_was_lost() -> None:
    plan = plan_of(plan_claim_unlocked(CLAIM, **NETWORK), town())
    early = replace(STATUS, unlocked_amount_claimed=751)
    told = plan.result(landed(accounts={STATUS_ADDRESS: status_account(early)}))
    assert (told.amount, told.forgone) == (751, 249)
    assert plan.result(landed(transfer(VAULT, PURSE, 751, authority=ADDRESS))).amount == 751
    assert (plan.result(UNTOLD).amount, plan.result(UNTOLD).forgone) == (None, None)


def test_a_locked_claim_pays_the_wallet() -> None:
    plan = plan_of(plan_claim_locked(ADDRESS, owner=ME, **NETWORK), town(status=STATUS))
    claim = build.claim_locked_ix(distributor=ADDRESS, mint=MINT, claimant=ME, network=LOCALNET)
    assert plan.instructions == (creation(ME), claim)
    assert plan.result(landed(transfer(VAULT, PURSE, 200, authority=ADDRESS))).amount == 200


# ------------------------------------------------------------ administration


def test_a_distributor_is_created_with_its_accounts_and_filled() -> None:
    plan = plan_of(plan_create_distributor(CREATION, admin=ME, **NETWORK), purse(5_000))
    new = build.new_distributor_ix(
        mint=MINT, terms=TERMS, clawback_receiver=account_of(OTHER), admin=ME, network=LOCALNET
    )
    filling = transfer_ix(source=PURSE, target=VAULT, owner=ME, amount=3_300)
    assert plan.instructions == (creation(ADDRESS), creation(OTHER), new, filling)
    assert plan.payment == Payment(account=PURSE, owner=ME, destination=VAULT, amount=3_300, balance=5_000)
    assert plan.result(UNTOLD).distributor == ADDRESS


def test_an_empty_distributor_takes_nothing() -> None:
    plan = plan_of(plan_create_distributor(replace(CREATION, deposit=0), admin=ME, **NETWORK), {})
    assert (len(plan.instructions), plan.payment) == (3, None)


def test_a_distributor_is_proven_by_its_account() -> None:
    plan = plan_of(plan_create_distributor(CREATION, admin=ME, **NETWORK), purse(5_000))
    assert plan.proof is not None
    assert plan.reads == (ADDRESS,)
    same = (ACCOUNT, replace(ACCOUNT, enable_slot=7, num_nodes_claimed=1))
    other = (replace(ACCOUNT, admin=OTHER), replace(ACCOUNT, end_ts=END + 1), replace(ACCOUNT, root=UNUSED))
    for found, proven in (*((one, True) for one in same), *((one, False) for one in other)):
        assert plan.proof({ADDRESS: distributor_account(found)}) is proven


def test_what_is_clawed_back_goes_to_the_stored_receiver() -> None:
    plan = plan_of(plan_claw_back(ADDRESS, owner=ME, **NETWORK), town())
    clawback = build.clawback_ix(distributor=ADDRESS, mint=MINT, to=RECEIVER, claimant=ME, network=LOCALNET)
    assert plan.instructions == (clawback,)
    assert plan.result(landed(transfer(VAULT, RECEIVER, 9, authority=ADDRESS))).amount == 9


def test_closing_pays_the_admin() -> None:
    plan = plan_of(plan_close_distributor(ADDRESS, admin=ME, **NETWORK), town())
    closing = build.close_distributor_ix(
        distributor=ADDRESS, mint=MINT, destination_token_account=PURSE, admin=ME, network=LOCALNET
    )
    assert plan.instructions == (creation(ME), closing)
    assert plan.result(UNTOLD).amount is None


def test_what_an_admin_changes() -> None:
    scene = town(status=STATUS)
    receiver = build.set_clawback_receiver_ix(
        distributor=ADDRESS, new_clawback_account=account_of(OTHER), admin=ME, network=LOCALNET
    )
    planned = [
        plan_of(planning, scene).instructions
        for planning in (
            plan_set_enable_slot(ADDRESS, slot=7, admin=ME, **NETWORK),
            plan_set_clawback_receiver(ADDRESS, to=OTHER, admin=ME, **NETWORK),
            plan_set_admin(ADDRESS, to=OTHER, admin=ME, **NETWORK),
            plan_close_claim_status(ADDRESS, claimant=ME, admin=ME, **NETWORK),
        )
    ]
    assert planned == [
        (build.set_enable_slot_ix(distributor=ADDRESS, enable_slot=7, admin=ME, network=LOCALNET),),
        (creation(OTHER), receiver),
        (build.set_admin_ix(distributor=ADDRESS, admin=ME, new_admin=OTHER, network=LOCALNET),),
        (build.close_claim_status_ix(distributor=ADDRESS, claimant=ME, admin=ME, network=LOCALNET),),
    ]


@pytest.mark.parametrize(
    "planning",
    [lambda: plan_claim_unlocked(CLAIM, **NETWORK), lambda: plan_claw_back(ADDRESS, owner=ME, **NETWORK)],
)
def test_one_look_is_enough(planning: Callable[[], Any]) -> None:
    assert looks(planning(), town())[1] == 1
