"""What actions on a merkle distributor refuse, and what they send."""

from dataclasses import replace

import pytest
from recording import WALLET, RecordingContext, context_over, program_account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.distributor.accounts import ClaimStatus as ClaimStatusAccount
from nosana_chain.bindings.distributor.accounts import MerkleDistributor
from nosana_chain.errors import AmountError, InputError, NotFoundError, WrongStateError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.distributor import instructions as build
from nosana_chain.programs.distributor.actions import Distributors
from nosana_chain.programs.distributor.admin import DistributorAdmin
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree, Proof
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


def scene(*, now: int = END, claimed: bool = False) -> RecordingContext:
    program = LOCALNET.programs.distributor
    status = pda.claim_status_address(ME, distributor=ADDRESS, network=LOCALNET)
    accounts = {ADDRESS: program_account(ACCOUNT, program)}
    return context_over(accounts | ({status: program_account(STATUS, program)} if claimed else {}), now=now)


def account_of(owner: Pubkey) -> Pubkey:
    return pda.token_account_address(owner, mint=MINT)


def creation(owner: Pubkey) -> object:
    return create_token_account_ix(owner=owner, mint=MINT, payer=ME)


async def test_a_distributor_that_is_not_there() -> None:
    with pytest.raises(NotFoundError, match="no distributor at"):
        await Distributors(scene()).claim_locked(OTHER)


async def test_nothing_claimed_yet() -> None:
    with pytest.raises(NotFoundError, match="no claim status at"):
        await Distributors(scene()).fetch_claim_status(ADDRESS)


async def test_a_leaf_of_another_wallet() -> None:
    context = scene()
    with pytest.raises(InputError, match="only by its own wallet"):
        await Distributors(context).claim_unlocked(ADDRESS, proof=TREE.prove(OTHER))
    assert context.sent == []


async def test_a_proof_of_another_tree() -> None:
    forged = Proof(leaf=replace(MINE.leaf, unlocked_amount=1_001), siblings=MINE.siblings)
    context = scene()
    with pytest.raises(InputError, match="leads to root"):
        await Distributors(context).claim_unlocked(ADDRESS, proof=forged)
    assert context.sent == []


# Half way: 500 + 250 of 1,000.
async def test_a_claim_that_would_lose_tokens_is_refused() -> None:
    context = scene(now=START + 500)
    with pytest.raises(WrongStateError, match="pays 750 base units and loses 250") as caught:
        await Distributors(context).claim_unlocked(ADDRESS, proof=MINE, max_forgone=249)
    assert caught.value.forgone == 250
    assert context.sent == []


def test_an_address_is_that_of_the_voting_distributor_on_chain() -> None:
    mint = Pubkey.from_string("tvt6rcF7oMMaAcNW9FvfWhi6v7VxqaapdadoG6xjXUH")
    known = Pubkey.from_string("P8XkzD1FxrSpnD1mQsWTuuTu6aKzEAnkibcYDGGgnKH")
    assert pda.distributor_address(mint, version=0, network=LOCALNET) == known


@pytest.mark.parametrize("deposit", [-1, 2**64])
async def test_a_deposit_out_of_range(deposit: int) -> None:
    with pytest.raises(AmountError):
        await DistributorAdmin(scene()).create_distributor(TERMS, mint=MINT, deposit=deposit)


async def test_an_enable_slot_out_of_range() -> None:
    with pytest.raises(AmountError, match="enable_slot"):
        await DistributorAdmin(scene()).set_enable_slot(ADDRESS, slot=-1)


@pytest.mark.parametrize(("claimed", "amounts"), [(False, (750, 250, 150)), (True, (0, 0, 50))], ids=["new", "claimed"])
async def test_eligibility(claimed: bool, amounts: tuple[int, int, int]) -> None:  # noqa: FBT001  a parameter
    found = await Distributors(scene(now=START + 500, claimed=claimed)).fetch_eligibility(ADDRESS, proof=MINE)
    assert (found.unlocked, found.forgone, found.locked) == amounts


@pytest.mark.parametrize(("vote", "paid"), [(None, ME), (Vote.YES, Vote.YES.value), (Vote.NO, Vote.NO.value)])
async def test_a_claim_pays_the_wallet_or_a_vote(vote: Vote | None, paid: Pubkey) -> None:
    context = scene()
    await Distributors(context).claim_unlocked(ADDRESS, proof=MINE, vote=vote)
    claim = build.new_claim_ix(distributor=ADDRESS, mint=MINT, proof=MINE, to=account_of(paid), network=LOCALNET)
    assert context.sent == [[creation(paid), claim]]


async def test_a_loss_that_is_allowed() -> None:
    context = scene(now=START + 500)
    await Distributors(context).claim_unlocked(ADDRESS, proof=MINE, max_forgone=250)
    assert len(context.sent) == 1


async def test_a_locked_claim_pays_the_wallet() -> None:
    context = scene(claimed=True)
    await Distributors(context).claim_locked(ADDRESS)
    claim = build.claim_locked_ix(distributor=ADDRESS, mint=MINT, claimant=ME, network=LOCALNET)
    assert context.sent == [[creation(ME), claim]]


async def test_a_distributor_is_created_with_its_accounts_and_filled() -> None:
    context = scene()
    created = await DistributorAdmin(context).create_distributor(TERMS, mint=MINT, deposit=3_300, clawback_to=OTHER)
    new = build.new_distributor_ix(
        mint=MINT, terms=TERMS, clawback_receiver=account_of(OTHER), admin=ME, network=LOCALNET
    )
    filling = transfer_ix(source=account_of(ME), target=account_of(ADDRESS), owner=ME, amount=3_300)
    assert created.distributor == ADDRESS
    assert context.sent == [[creation(ADDRESS), creation(OTHER), new, filling]]


async def test_what_is_clawed_back_goes_to_the_stored_receiver() -> None:
    context = scene()
    await DistributorAdmin(context).claw_back(ADDRESS)
    clawback = build.clawback_ix(distributor=ADDRESS, mint=MINT, to=RECEIVER, claimant=ME, network=LOCALNET)
    assert context.sent == [[clawback]]


async def test_closing_pays_the_admin() -> None:
    context = scene()
    await DistributorAdmin(context).close_distributor(ADDRESS)
    closing = build.close_distributor_ix(
        distributor=ADDRESS, mint=MINT, destination_token_account=account_of(ME), admin=ME, network=LOCALNET
    )
    assert context.sent == [[creation(ME), closing]]


async def test_what_an_admin_changes() -> None:
    context, network = scene(), LOCALNET
    admin = DistributorAdmin(context)
    await admin.set_enable_slot(ADDRESS, slot=7)
    await admin.set_clawback_receiver(ADDRESS, to=OTHER)
    await admin.set_admin(ADDRESS, to=OTHER)
    await admin.close_claim_status(ADDRESS, claimant=OTHER)
    receiver = build.set_clawback_receiver_ix(
        distributor=ADDRESS, new_clawback_account=account_of(OTHER), admin=ME, network=network
    )
    assert context.sent == [
        [build.set_enable_slot_ix(distributor=ADDRESS, enable_slot=7, admin=ME, network=network)],
        [creation(OTHER), receiver],
        [build.set_admin_ix(distributor=ADDRESS, admin=ME, new_admin=OTHER, network=network)],
        [build.close_claim_status_ix(distributor=ADDRESS, claimant=OTHER, admin=ME, network=network)],
    ]
