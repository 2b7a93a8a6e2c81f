"""What a transaction did to a balance, as far as the endpoint tells it."""

from dataclasses import replace

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from nosana_chain.errors import InputError
from nosana_chain.models.landed_transaction import BalanceChange, LandedTransaction, Unknown
from nosana_chain.programs.balance_events import BalanceEventKind, balance_events
from nosana_chain.units import Lamports, TokenUnits

PAYER, PURSE = Keypair.from_seed(bytes(32)), Pubkey(bytes([7]) * 32)
MESSAGE = Message([transfer(TransferParams(from_pubkey=PAYER.pubkey(), to_pubkey=PURSE, lamports=1))], PAYER.pubkey())


def landed(gained: int) -> LandedTransaction:
    changes = tuple(
        BalanceChange(index, Lamports(0), TokenUnits(gained if key == PURSE else -gained), None)
        for index, key in enumerate(MESSAGE.account_keys)
    )
    raw = bytes(Transaction([PAYER], MESSAGE, Hash.default()))
    return LandedTransaction(
        slot=5, error=None, fee=None, compute_units=None, logs=(), raw=raw, loaded=None, inner=(), changes=changes
    )


@pytest.mark.parametrize("gained", [-5, 7])
def test_what_came_and_went(gained: int) -> None:
    [event] = balance_events(landed(gained), account=PURSE)
    assert (event.kind, event.address, event.gained, event.slot) == (BalanceEventKind.CHANGED, PURSE, gained, 5)


def test_nothing_happened() -> None:
    assert balance_events(landed(0), account=PURSE) == ()
    assert balance_events(replace(landed(5), error="InsufficientFunds"), account=PURSE) == ()


@pytest.mark.parametrize("fact", [Unknown.OUTCOME, Unknown.BALANCES, Unknown.TOKEN_BALANCES])
def test_an_endpoint_that_leaves_it_out(fact: Unknown) -> None:
    with pytest.raises(InputError, match="use another endpoint"):
        balance_events(replace(landed(5), unknown=frozenset({fact})), account=PURSE)


def test_balances_of_other_accounts() -> None:
    with pytest.raises(InputError, match="of other accounts"):
        balance_events(replace(landed(5), changes=()), account=PURSE)
