"""Where a deposit that is recovered and a host's pay go: to whom it was told, and never where they would be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from seeing import ME, SENT_THERE, looks, plan_of, program_account, token_account
from solders.account import Account
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain import pda
from nosana_chain.bindings.jobs.accounts import JobAccount, RunAccount
from nosana_chain.cid import cid_of
from nosana_chain.errors import InputError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.plans.builders import plan_recover
from nosana_chain.programs.jobs.plans.hosts import plan_finish
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.programs.paying import Roles

JOB, RUN, MARKET, BUILDER, OTHER = (Pubkey(letter.encode() * 32) for letter in "jrmbo")
NOS = LOCALNET.nos_mint
ROLES = Roles(wallet=ME, payer=ME, funder=Pubkey(b"f" * 32))


def job(state: int) -> Account:
    found = JobAccount(
        ipfs_job=[1] * 32,
        ipfs_result=[0] * 32,
        market=MARKET,
        node=Pubkey.default(),
        payer=BUILDER,
        price=10,
        project=ME,
        state=state,
        time_end=0,
        time_start=0,
        timeout=600,
    )
    return program_account(found, LOCALNET.programs.jobs)


def purse(owner: Pubkey) -> Pubkey:
    return pda.nos_account_address(owner, network=LOCALNET)


def holding(owner: Pubkey, mint: Pubkey = NOS) -> Account:
    return token_account(mint=mint, owner=owner, amount=0)


ACCOUNTS = {
    RUN: program_account(RunAccount(job=JOB, node=ME, payer=ME, state=0, time=0), LOCALNET.programs.jobs),
    purse(ME): holding(ME),
    purse(BUILDER): holding(BUILDER),
}


def recover(to: Pubkey | None) -> Any:
    return plan_recover(JOB, to=to, roles=ROLES, network=LOCALNET)


def finish(to: Pubkey | None) -> Any:
    return plan_finish(JOB, result_cid=cid_of(b"{}"), run=RUN, to=to, roles=ROLES, network=LOCALNET)


class Payout(NamedTuple):
    """How it is planned, the job's state then, where its instruction names who is paid, and who that is by default."""

    plan: Callable[[Pubkey | None], Any]
    state: int
    place: int
    own: Pubkey

    def paid(self, to: Pubkey | None, there: Mapping[Pubkey, Account]) -> Any:
        """The account that is paid, and what is made before."""
        *creating, paying = plan_of(self.plan(to), {JOB: job(self.state)} | ACCOUNTS | there).instructions
        return paying.accounts[self.place].pubkey, creating


@pytest.fixture(params=[Payout(recover, 3, 3, BUILDER), Payout(finish, 0, 5, ME)], ids=["recover", "finish"])
def payout(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_by_default_it_is_whose_it_is(payout: Payout) -> None:
    assert payout.paid(None, {}) == (purse(payout.own), [])
    assert payout.paid(payout.own, {}) == (purse(payout.own), [])


@pytest.mark.parametrize("there", [{}, {OTHER: SENT_THERE}], ids=["unknown", "wallet"])
def test_a_wallet_gets_it_into_its_nos_account(payout: Payout, there: dict[Pubkey, Account]) -> None:
    made = create_nos_account_ix(owner=OTHER, payer=ROLES.funder, network=LOCALNET)
    assert payout.paid(OTHER, there) == (purse(OTHER), [made])
    assert payout.paid(OTHER, there | {purse(OTHER): holding(OTHER)}) == (purse(OTHER), [])


def test_a_nos_account_gets_it_itself(payout: Payout) -> None:
    assert payout.paid(OTHER, {OTHER: holding(payout.own)}) == (OTHER, [])


@pytest.mark.parametrize(
    ("there", "what"),
    [
        (holding(ME, mint=MARKET), "a token account"),
        (holding(OTHER), "a program's vault"),
        (Account(1, bytes(82), TOKEN_PROGRAM), "a mint"),
        (Account(1, bytes(80), Pubkey.default()), "a nonce"),
        (job(0), "a job"),
        (Account(1, b"x", MARKET), f"an account owned by {MARKET}"),
    ],
)
def test_nothing_goes_where_it_would_be_lost(payout: Payout, there: Account, what: str) -> None:
    with pytest.raises(InputError, match=f"NOS can't go to {OTHER}: {what} is there"):
        payout.paid(OTHER, {OTHER: there})


def test_where_it_goes_is_seen_with_the_rest(payout: Payout) -> None:
    counts = {looks(payout.plan(to), {JOB: job(payout.state)} | ACCOUNTS)[1] for to in (None, payout.own, OTHER)}
    assert len(counts) == 1, "no further call"


def test_the_builder_gets_the_rest_of_a_job_whoever_gets_the_pay() -> None:
    missing = {address: account for address, account in ACCOUNTS.items() if address != purse(BUILDER)}
    *creating, finishing = plan_of(finish(OTHER), {JOB: job(0)} | missing).instructions
    assert [one.accounts[2].pubkey for one in creating] == [BUILDER, OTHER]
    assert finishing.accounts[4].pubkey == purse(BUILDER)
