"""Closing a token account: what is refused before anything is sent, and what is found."""

from __future__ import annotations

import pytest
from seeing import ME, SENT_THERE, plan_of, seen, token_account
from solders.account import Account
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.errors import NotFoundError, WrongStateError
from nosana_chain.models.token_account import TokenAccount
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.token_accounts import close_token_account_ix
from nosana_chain.programs.tokens.plans import plan_close_token_account

HELD, OTHER, MINT = Pubkey(b"h" * 32), Pubkey(b"o" * 32), LOCALNET.nos_mint
EMPTY = token_account(mint=MINT, owner=ME, amount=0)
_CLOSE_AUTHORITY = 129  # where it stands in a token account: an option of 4 + 32 bytes


def closed_by(closer: Pubkey) -> Account:
    data = EMPTY.data[:_CLOSE_AUTHORITY] + (1).to_bytes(4, "little") + bytes(closer)
    return Account(EMPTY.lamports, data, EMPTY.owner)


@pytest.mark.parametrize(
    "accounts",
    [{}, {HELD: SENT_THERE}, {HELD: Account(1, EMPTY.data, OTHER)}, {HELD: Account(1, EMPTY.data[:-1], TOKEN_PROGRAM)}],
)
def test_what_is_no_token_account(accounts: dict[Pubkey, Account]) -> None:
    with pytest.raises(NotFoundError, match=f"no token account at {HELD}"):
        seen(plan_close_token_account(HELD, owner=ME), accounts)


def test_tokens_would_be_lost() -> None:
    full = token_account(mint=MINT, owner=ME, amount=1)
    with pytest.raises(WrongStateError, match=f"holds 1 base units of {MINT}"):
        seen(plan_close_token_account(HELD, owner=ME), {HELD: full})


@pytest.mark.parametrize("account", [token_account(mint=MINT, owner=OTHER, amount=0), closed_by(OTHER)])
def test_somebody_else_closes_it(account: Account) -> None:
    with pytest.raises(WrongStateError, match=f"is closed by {OTHER}"):
        seen(plan_close_token_account(HELD, owner=ME), {HELD: account})


@pytest.mark.parametrize("account", [EMPTY, closed_by(ME)])
def test_its_rent_comes_back_to_who_closes_it(account: Account) -> None:
    plan = plan_of(plan_close_token_account(HELD, owner=ME), {HELD: account})
    [closing] = plan.instructions
    assert closing == close_token_account_ix(account=HELD, to=ME, closer=ME)
    assert (closing.program_id, bytes(closing.data)) == (TOKEN_PROGRAM, bytes([9]))  # CloseAccount
    assert [meta.pubkey for meta in closing.accounts] == [HELD, ME, ME]
    assert dict(plan.addresses) == {"token_account": HELD}


def test_a_token_account_as_it_is_read() -> None:
    assert TokenAccount.read(HELD, token_account(mint=MINT, owner=ME, amount=7)) == TokenAccount(
        address=HELD,
        mint=MINT,
        owner=ME,
        amount=7,  # type: ignore[arg-type]
        closer=ME,
        is_native=False,
        lamports=EMPTY.lamports,  # type: ignore[arg-type]
    )
