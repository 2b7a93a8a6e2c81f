"""Markets with an access key, failures first: a host needs an NFT of the collection."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Scene

from nosana_chain.bindings.program_errors.jobs import (
    NodeKeyInvalidCollection,
    NodeNftInvalidAmount,
    NodeNftWrongOwner,
)
from nosana_chain.client import NosanaClient
from nosana_chain.localnet import access_nft, local_wallet
from nosana_chain.localnet.accounts import token_account
from nosana_chain.localnet.nft import LocalNft
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.terms import MarketTerms

COLLECTION = local_wallet("collection of access keys").address


@pytest.fixture
async def guarded_market(scene: Scene) -> Pubkey:
    """A market that only hosts with an NFT of COLLECTION may work in."""
    opened = await scene.operator.markets.open_market(MarketTerms(job_price=PRICE, node_access_key=COLLECTION))
    return opened.market


async def placed(scene: Scene, nft: LocalNft) -> LocalNft:
    for address, account in nft.accounts.items():
        await scene.net.set_account(address, account)
    return nft


async def nft_of(scene: Scene, name: str, collection: Pubkey = COLLECTION, *, verified: bool = True) -> LocalNft:
    owner = scene.net.wallets[name].address
    return await placed(scene, access_nft(owner, collection=collection, verified=verified))


async def test_without_an_nft(guarded_market: Pubkey, staked_host: NosanaClient) -> None:
    with pytest.raises(NodeKeyInvalidCollection):
        await staked_host.hosts.join_queue(guarded_market)


async def test_with_the_nft_of_another(scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient) -> None:
    nft = await nft_of(scene, "builder")
    with pytest.raises(NodeNftWrongOwner):
        await staked_host.hosts.join_queue(guarded_market, access=nft.access)


async def test_with_an_nft_that_was_passed_on(scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient) -> None:
    nft = await nft_of(scene, "host")
    empty = token_account(scene.net.wallets["host"].address, mint=nft.access.mint, amount=0)
    await scene.net.set_account(nft.access.account, empty)
    with pytest.raises(NodeNftInvalidAmount):
        await staked_host.hosts.join_queue(guarded_market, access=nft.access)


async def test_with_an_nft_of_another_collection(
    scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient
) -> None:
    nft = await nft_of(scene, "host", local_wallet("another collection").address)
    with pytest.raises(NodeKeyInvalidCollection):
        await staked_host.hosts.join_queue(guarded_market, access=nft.access)


async def test_with_an_nft_that_the_collection_does_not_confirm(
    scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient
) -> None:
    nft = await nft_of(scene, "host", verified=False)
    with pytest.raises(NodeKeyInvalidCollection):
        await staked_host.hosts.join_queue(guarded_market, access=nft.access)


async def test_a_host_with_an_nft_works_there(scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient) -> None:
    nft = await nft_of(scene, "host")
    await staked_host.hosts.join_queue(guarded_market, access=nft.access)
    posted = await scene.builder.jobs.post_job(guarded_market, definition_cid=CID, timeout=TIMEOUT)
    await staked_host.hosts.finish_job(posted.job, result_cid=RESULT)
    assert (await scene.builder.jobs.fetch_job(posted.job)).state is JobState.DONE


async def test_a_host_with_an_nft_claims_what_another_gave_up(
    scene: Scene, guarded_market: Pubkey, staked_host: NosanaClient
) -> None:
    nft = await nft_of(scene, "host")
    await staked_host.hosts.join_queue(guarded_market, access=nft.access)
    posted = await scene.builder.jobs.post_job(guarded_market, definition_cid=CID, timeout=TIMEOUT)
    await staked_host.hosts.quit_job(posted.job)
    await staked_host.hosts.claim_job(posted.job, access=nft.access)
    await staked_host.hosts.finish_job(posted.job, result_cid=RESULT)
    assert (await scene.builder.jobs.fetch_job(posted.job)).state is JobState.DONE
