"""Transactions that go from signer to signer as text, and live by a blockhash or by a durable nonce."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import base58
import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT, Scene

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.engine.journal import Budget, MemoryJournal
from nosana_chain.errors import (
    BudgetExceededError,
    InputError,
    InsufficientFundsError,
    NotFoundError,
    TransactionFailedError,
    WrongStateError,
)
from nosana_chain.models.job import JobState
from nosana_chain.programs.nonces.plans import NONCE_RENT
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.wallet import SignsElsewhere, Wallet
from nosana_chain.wire.accounts import Dated

DEPOSIT = PRICE * TIMEOUT
outliving = pytest.mark.parametrize("slot_ms", [20])  # a blockhash is over after 3 s


@pytest.fixture
async def absent(scene: Scene, patron: Wallet) -> AsyncIterator[NosanaClient]:
    """A client that knows who the builder is, and has no key: neither the builder's nor its sponsor's."""
    builder, payer = scene.net.wallets["builder"].address, SignsElsewhere(patron.address)
    network = scene.net.network
    async with NosanaClient(network, SignsElsewhere(builder), fee_payer=payer, journal=MemoryJournal()) as client:
        yield client


async def exported(client: NosanaClient, market: Pubkey, **more: object) -> str:
    return await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT).unsigned(**more)  # type: ignore[arg-type]


async def outlive(scene: Scene, blockhash: str) -> None:
    """Wait until a blockhash is over, however fast slots pass."""
    answer: Any = Dated[bool]
    connection = scene.operator.connection
    asked = partial(connection.call, "isBlockhashValid", blockhash, connection.options(), answer=answer)
    while (await asked()).value:  # noqa: ASYNC110  the chain tells nobody
        await asyncio.sleep(0.2)


# ------------------------------------------------------------ refused


async def test_what_is_not_signed_by_all_is_not_sent(
    scene: Scene, market: Pubkey, absent: NosanaClient, patron: Wallet
) -> None:
    text = await exported(absent, market)
    half = await absent.transactions.sign(text, signer=patron)
    with pytest.raises(InputError, match=f"lacks the signature of {scene.builder.wallet.address}"):  # type: ignore[union-attr]
        await absent.transactions.send_signed(half)


@outliving
async def test_a_blockhash_that_is_over_is_not_sent(scene: Scene, market: Pubkey) -> None:
    text = await scene.builder.transactions.sign(await exported(scene.builder, market))
    await outlive(scene, scene.builder.transactions.review(text).blockhash)
    before = await scene.builder.fetch_nos_balance()
    with pytest.raises(InputError, match="doesn't know its blockhash"):
        await scene.builder.transactions.send_signed(text)
    assert await scene.builder.fetch_nos_balance() == before


async def test_what_would_fail_is_not_sent(scene: Scene, market: Pubkey, patron: Wallet) -> None:
    """Its payer was emptied between signing and sending."""
    async with NosanaClient(scene.net.network, patron) as client:
        text = await client.transactions.sign(await exported(client, market))
        await client.jobs.post_job(market, definition_cid=CID, timeout=10**8 // PRICE - TIMEOUT + 1)
        with pytest.raises(TransactionFailedError) as caught:
            await client.transactions.send_signed(text)
    assert caught.value.signature is None


async def test_another_wallets_nonce(scene: Scene) -> None:
    made = await scene.builder.nonces.create_nonce()
    with pytest.raises(WrongStateError, match="not of"):
        await scene.host.nonces.advance_nonce(made.nonce)
    with pytest.raises(NotFoundError, match="no nonce at"):
        await scene.builder.nonces.fetch_nonce(scene.net.network.nos_mint)
    with pytest.raises(InsufficientFundsError, match="at most"):
        await scene.builder.nonces.withdraw_nonce(made.nonce, lamports=1)


# ------------------------------------------------------------ done


async def test_two_people_sign_copies(scene: Scene, market: Pubkey, absent: NosanaClient, patron: Wallet) -> None:
    text = await exported(absent, market)
    tools = absent.transactions
    review = tools.review(text)
    builder = scene.net.wallets["builder"]
    assert set(review.missing) == {builder.address, patron.address}
    assert review.fee_payer == patron.address
    assert "jobs List" in str(review)

    copies = [await scene.builder.transactions.sign(text), await tools.sign(text, signer=patron)]
    whole = tools.combine(*copies)
    assert tools.review(whole).is_complete
    receipt = await tools.send_signed(whole)
    [job] = await scene.builder.jobs.find_jobs(market=market)
    assert (job.project, job.payer, job.state) == (builder.address, builder.address, JobState.QUEUED)
    [entry] = await absent.journal.pending()
    assert entry.attempts[-1].signature == receipt.signature
    assert (entry.intent.payer, entry.intent.bound.nos) == (builder.address, DEPOSIT)
    assert entry.intent.fee_payer == patron.address
    assert entry.intent.fee_lamports >= 4 * 5_000  # signatures: both, the job's and the run's

    again = await tools.send_signed(whole)  # the same bytes: looked up, not refused, not paid again
    assert again.signature == receipt.signature
    assert len(await scene.builder.jobs.find_jobs(market=market)) == 1


async def test_it_is_reserved_of_who_pays_whoever_sends_it(scene: Scene, market: Pubkey) -> None:
    text = await scene.builder.transactions.sign(await exported(scene.builder, market))
    await sent_by_another(scene, text, payer=scene.net.wallets["builder"].address, amount=DEPOSIT)


async def test_it_is_reserved_of_who_pays_most_and_of_nos_alone(scene: Scene) -> None:
    builder, host = (scene.net.wallets[name] for name in ("builder", "host"))
    purses = {one.address: pda.nos_account_address(one.address, network=scene.net.network) for one in (builder, host)}
    foreign = [await foreign_account(scene, purses[one.address]) for one in (host, builder)]
    gifts = [
        transfer_ix(source=purses[builder.address], target=purses[host.address], owner=builder.address, amount=50),
        transfer_ix(source=purses[host.address], target=purses[builder.address], owner=host.address, amount=20),
        transfer_ix(source=foreign[0], target=foreign[1], owner=host.address, amount=1_000),
    ]
    text = await scene.builder.transactions.send(gifts, signers=[host]).unsigned()
    for signer in (builder, host):
        text = await scene.builder.transactions.sign(text, signer=signer)
    await sent_by_another(scene, text, payer=builder.address, amount=50)


async def test_what_its_sender_has_says_nothing_of_who_pays_its_fee(scene: Scene, sponsor: Wallet) -> None:
    network, poor = scene.net.network, Wallet.generate()
    await scene.net.airdrop(poor.address, 900_000)  # less than the rent that the sponsor pays
    making = create_nos_account_ix(owner=Wallet.generate().address, payer=sponsor.address, network=network)
    async with NosanaClient(network, scene.net.wallets["builder"], fee_payer=sponsor) as client:
        text = await client.transactions.sign(await client.transactions.send([making]).unsigned(), signer=sponsor)
    async with NosanaClient(network, scene.net.wallets["builder"], fee_payer=poor) as client:
        receipt = await client.transactions.send_signed(text)
        [entry] = [one for one in await client.journal.pending() if one.intent.verb == "send_signed"]
    assert entry.attempts[-1].signature == receipt.signature
    assert (entry.intent.fee_payer, entry.intent.bound.lamports) == (sponsor.address, 0)
    assert entry.intent.fee_lamports > 2_000_000


async def sent_by_another(scene: Scene, text: str, *, payer: Pubkey, amount: int) -> None:
    """By the operator, whose budget and journal count what is the payer's."""
    network, operator = scene.net.network, scene.net.wallets["operator"]
    async with NosanaClient(network, operator, budget=Budget(nos=amount - 1, per="1d")) as client:
        with pytest.raises(BudgetExceededError) as caught:
            await client.transactions.send_signed(text)
        assert caught.value.asked == amount
    async with NosanaClient(network, operator, journal=MemoryJournal()) as client:
        await client.transactions.send_signed(text)
        [entry] = await client.journal.pending()
        assert (entry.intent.payer, entry.intent.bound.nos, entry.intent.fee_payer) == (payer, amount, None)
        assert entry.spent is not None
        assert entry.spent.nos == amount


async def foreign_account(scene: Scene, purse: Pubkey) -> Pubkey:
    """A token account of another mint, beside that of NOS, with the same owner and as much in it."""
    nos_mint, account = await scene.host.connection.fetch_accounts([scene.net.network.nos_mint, purse])
    assert nos_mint is not None
    assert account is not None
    mint, address = Pubkey(b"m" * 32), Pubkey.new_unique()
    await scene.net.set_account(mint, nos_mint)
    await scene.net.set_account(
        address, type(account)(account.lamports, bytes(mint) + account.data[32:], account.owner)
    )
    return address


async def test_without_a_journal_and_without_a_wallet(scene: Scene, market: Pubkey) -> None:
    """Whoever passes a transaction on needs no key."""
    text = await scene.builder.transactions.sign(await exported(scene.builder, market))
    async with NosanaClient(scene.net.network) as anybody:
        receipt = await anybody.transactions.send_signed(text)
        assert (await anybody.transactions.send_signed(text)).signature == receipt.signature


@outliving
async def test_a_nonce_lives_as_long_as_it_is_not_advanced(scene: Scene, market: Pubkey) -> None:
    client = scene.builder
    before = await client.fetch_sol_balance()
    made = await client.nonces.create_nonce(idempotency_key="for the treasury")
    assert (await client.nonces.create_nonce(idempotency_key="for the treasury")).nonce == made.nonce
    nonce = await client.nonces.fetch_nonce(made.nonce)
    assert (nonce.authority, nonce.lamports) == (client.wallet.address, NONCE_RENT)  # type: ignore[union-attr]

    text = await client.transactions.sign(await exported(client, market, nonce=str(made.nonce)))
    review = client.transactions.review(text)
    assert (review.nonce, review.blockhash) == (made.nonce, str(nonce.value))
    assert "AdvanceNonceAccount" in str(review)
    await outlive(scene, str((await client.connection.fetch_blockhash()).hash))  # this text outlives any blockhash
    await client.transactions.send_signed(text)
    assert len(await client.jobs.find_jobs(market=market)) == 1
    assert (await client.nonces.fetch_nonce(made.nonce)).value != nonce.value

    assert (await client.transactions.send_signed(text)).signature == client.transactions.review(
        text
    ).explanation.signature
    assert len(await client.jobs.find_jobs(market=market)) == 1

    await client.nonces.withdraw_nonce(made.nonce)
    with pytest.raises(NotFoundError):
        await client.nonces.fetch_nonce(made.nonce)
    assert (
        before - await client.fetch_sol_balance() < NONCE_RENT + 3_000_000
    )  # the job's rent and fees, not the nonce's


async def advance(client: NosanaClient, nonce: Pubkey) -> None:
    """Advance a nonce that is new: a block has one value to give, so the first tries may come too early."""
    for attempt in range(20):
        try:
            await client.nonces.advance_nonce(nonce)
        except TransactionFailedError:
            assert attempt < 19
            await asyncio.sleep(0.1)
        else:
            return


async def test_an_advanced_nonce_ends_what_lives_by_it(scene: Scene, market: Pubkey) -> None:
    client = scene.builder
    nonce = (await client.nonces.create_nonce()).nonce
    text = await client.transactions.sign(await exported(client, market, nonce=nonce))
    await advance(client, nonce)
    with pytest.raises(InputError, match="was advanced"):
        await client.transactions.send_signed(text)
    assert await client.jobs.find_jobs(market=market) == []


async def test_instructions_for_a_multisig_of_its_own(scene: Scene, market: Pubkey) -> None:
    """Built into another transaction, as a multisig's program does it; program, accounts and data are all it takes."""
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    exported = await scene.builder.jobs.extend_job(posted.job, by=TIMEOUT).instructions()
    assert [one.as_json()["program"] for one in exported].count(str(scene.net.network.programs.jobs)) == 1
    rebuilt = [
        Instruction(
            Pubkey.from_string(one.program),
            base58.b58decode(one.data),
            [AccountMeta(Pubkey.from_string(meta.address), meta.signer, meta.writable) for meta in one.accounts],
        )
        for one in exported
    ]
    await scene.builder.transactions.send(rebuilt)
    assert (await scene.builder.jobs.fetch_job(posted.job)).timeout == 2 * TIMEOUT
