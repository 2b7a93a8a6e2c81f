"""The chain's clock, from the account that programs read it from."""

import pytest
from solders.account import Account
from solders.clock import Clock as Sysvar
from solders.pubkey import Pubkey

from nosana_chain.errors import NotFoundError
from nosana_chain.models.clock import Clock

OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")


def clock_account(*, slot: int, unix_time: int) -> Account:
    return Account(1, bytes(Sysvar(slot, 1, 2, 3, unix_time)), OWNER)


@pytest.mark.parametrize("account", [None, Account(1, b"", OWNER), Account(1, bytes(39), OWNER)])
def test_a_cluster_without_a_clock(account: Account | None) -> None:
    with pytest.raises(NotFoundError, match="no Clock sysvar"):
        Clock.read(account)


@pytest.mark.parametrize(("slot", "unix_time"), [(0, 0), (7, 1_700_000_000), (2**64 - 1, -1), (1, 2**63 - 1)])
def test_slot_and_time(slot: int, unix_time: int) -> None:
    assert Clock.read(clock_account(slot=slot, unix_time=unix_time)) == Clock(slot=slot, unix_time=unix_time)
