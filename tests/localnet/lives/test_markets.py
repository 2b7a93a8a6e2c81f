"""What a market asks and takes: nothing, an access key, a network fee; and how it closes."""

import pytest
from lives.town import NOS_EACH, Town, address
from model.addresses import (
    REWARDS_VAULT,
    associated_token_address,
    market_vault_address,
    metadata_address,
)
from model.states import metadata_account, mint_account, token_account
from solders.pubkey import Pubkey

PRICE, TIMEOUT = 7, 3_600
DEPOSIT = PRICE * TIMEOUT
COLLECTION = address("collection")


def give_token(town: Town, owner: Pubkey, collection: Pubkey | None, *, verified: bool = True) -> dict[str, Pubkey]:
    """Put a token of a collection into a wallet; the accounts that show it, by role."""
    mint = address(f"token of {owner} in {collection}")
    held = associated_token_address(owner, mint)
    metadata = metadata_address(mint)
    states = token_account(owner, 1, mint), metadata_account(mint, collection, verified=verified)
    town.chain.place({mint: mint_account(1), held: states[0], metadata: states[1]})
    return {"nft": held, "metadata": metadata}


def test_a_market_with_an_access_key_turns_others_away(town: Town, host: Pubkey, second_host: Pubkey) -> None:
    market = town.open_market(access_key=COLLECTION)
    of_second_host = give_token(town, second_host, COLLECTION)
    town.work(market, host, error="NodeKeyInvalidCollection")
    town.work(market, host, access=of_second_host, error="NodeNftWrongOwner")
    assert town.chain.record(market).queue == []


@pytest.mark.parametrize(("collection", "verified"), [(address("another"), True), (COLLECTION, False), (None, True)])
def test_a_token_of_no_verified_collection_is_no_access_key(
    town: Town, host: Pubkey, collection: Pubkey | None, *, verified: bool
) -> None:
    market = town.open_market(access_key=COLLECTION)
    shown = give_token(town, host, collection, verified=verified)
    town.work(market, host, access=shown, error="NodeKeyInvalidCollection")


def test_an_access_key_that_was_given_away_opens_nothing(town: Town, host: Pubkey) -> None:
    market = town.open_market(access_key=COLLECTION)
    shown = give_token(town, host, COLLECTION)
    spent = town.chain.account(shown["nft"])._replace(data=token_account(host, 0, address("any")).data)
    town.chain.place({shown["nft"]: spent})
    town.work(market, host, access=shown, error="NodeNftInvalidAmount")


def test_a_market_asks_for_enough_stake(town: Town) -> None:
    host = town.wallet("host with a small stake")
    town.stake(host, amount=999)
    xnos = town.chain.record(town.staker(host)["stake"]).xnos
    town.work(town.open_market(node_xnos_minimum=xnos + 1), host, error="NodeNotEnoughStake")
    town.work(town.open_market(node_xnos_minimum=xnos), host)


def test_an_access_key_opens_work_and_claim(town: Town, builder: Pubkey, host: Pubkey) -> None:
    market = town.open_market(access_key=COLLECTION)
    shown = give_token(town, host, COLLECTION)
    job = town.list_job(market, builder)
    town.quit(town.work(market, host, access=shown))
    town.claim(job, host, error="NodeKeyInvalidCollection")
    town.finish(job, town.claim(job, host, access=shown))


def test_a_free_market_moves_no_money(town: Town, builder: Pubkey, host: Pubkey) -> None:
    market = town.open_market(job_price=0)
    delisted = town.list_job(market, builder)
    town.delist(delisted)
    job = town.list_job(market, builder)
    town.extend(job, 2 * TIMEOUT)
    run = town.work(market, host)
    town.wait(TIMEOUT)
    town.finish(job, run)
    assert (town.nos_of(builder), town.nos_of(host)) == (NOS_EACH, NOS_EACH)
    assert town.chain.tokens(market_vault_address(market)) == 0


def test_a_closed_market_gives_its_vault_to_the_operator_and_strands_its_jobs(
    town: Town, builder: Pubkey, host: Pubkey
) -> None:
    market = town.open_market(job_price=PRICE)
    job = town.list_job(market, builder, TIMEOUT)
    run = town.work(market, host)
    town.close_market(market)
    assert town.nos_of(town.operator) == NOS_EACH + DEPOSIT
    assert not town.chain.exists(market)
    assert not town.chain.exists(market_vault_address(market))
    town.finish(job, run, error="AccountNotInitialized")


@pytest.mark.parametrize(("build", "fee"), [("nosana_jobs", 0), ("nosana_jobs_fee", DEPOSIT // 10)])
def test_the_network_fee_comes_on_top_and_stays_in_the_rewards_pool(build: str, fee: int) -> None:
    town = Town(build)
    builder, staker = town.wallet("builder"), town.wallet("staker")
    town.stake(staker, 10**9)
    town.rewards("enter", staker)
    market = town.open_market(job_price=PRICE)
    job = town.list_job(market, builder, TIMEOUT)
    assert town.nos_of(builder) == NOS_EACH - DEPOSIT - fee
    town.extend(job, 2 * TIMEOUT)
    assert town.nos_of(builder) == NOS_EACH - 2 * (DEPOSIT + fee)
    town.delist(job)
    assert town.nos_of(builder) == NOS_EACH - 2 * fee
    assert town.chain.tokens(REWARDS_VAULT) == 2 * fee


def test_without_a_staker_in_the_pool_a_fee_stops_the_rewards_for_ever() -> None:
    town = Town("nosana_jobs_fee")
    builder, staker = town.wallet("builder"), town.wallet("staker")
    town.list_job(town.open_market(job_price=PRICE), builder, TIMEOUT)
    town.stake(staker, 10**9)
    town.rewards("enter", staker)
    town.rewards("claim", staker, error="ProgramFailedToComplete")
