from typing import Any

import pytest
from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount, TokenAccountState

from nosana_chain.engine.cost import Cost, cost_of
from nosana_chain.engine.plan import Payment, Plan, receipt_of
from nosana_chain.engine.simulate import Simulation
from nosana_chain.errors import NotAsQuotedError, Retry
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.units import NosUnits, TokenUnits

PURSE, WALLET, VAULT, REWARDS, STRANGER = (Pubkey(bytes([n]) * 32) for n in (1, 2, 3, 4, 5))


def _plan(amount: int | None = 600, *, seconds: int | None = 60, **more: Any) -> Plan[Any]:
    payment = None
    if amount is not None:
        payment = Payment(
            account=PURSE,
            owner=WALLET,
            destination=VAULT,
            amount=NosUnits(amount),
            balance=NosUnits(10_000),
            seconds=seconds,
        )
    return Plan(**{"instructions": (), "result": receipt_of, "payment": payment} | more)


def _moved(amount: int, to: Pubkey = VAULT, *, source: Pubkey = PURSE, authority: Pubkey = WALLET) -> TokenTransfer:
    return TokenTransfer(source=source, destination=to, authority=authority, amount=TokenUnits(amount))


def _cost(plan: Plan[Any], *transfers: TokenTransfer, most: int | None = None) -> Cost:
    return cost_of(plan, Simulation(1, (), {0: transfers}), people={WALLET}, purse=PURSE, most=most)


def test_each_payment_with_its_fee_where_each_is_bounded() -> None:
    own = (_plan(amount=600).payment, _plan(amount=1_200).payment)
    acting = Instruction(STRANGER, b"pay", [])
    plan = _plan(amount=1_800, instructions=(acting, acting), paying=2, bounds=own)
    moved = {1: (_moved(600), _moved(60, REWARDS)), 3: (_moved(1_200), _moved(120, REWARDS))}
    found = cost_of(plan, Simulation(1, (), moved), people={WALLET}, purse=PURSE)
    assert (found.taken, found.each) == (1_980, (660, 1_320))

    shifted = {1: (_moved(599), _moved(60, REWARDS)), 3: (_moved(1_201), _moved(120, REWARDS))}
    with pytest.raises(NotAsQuotedError):
        cost_of(plan, Simulation(1, (), shifted), people={WALLET}, purse=PURSE)


@pytest.mark.parametrize(
    ("plan", "transfers"),
    [
        (_plan(), [_moved(601)]),  # the price rose
        (_plan(), [_moved(599)]),
        (_plan(), []),
        (_plan(), [_moved(600), _moved(61, REWARDS)]),  # a fee of more than any build has
        (_plan(), [_moved(600), _moved(5, REWARDS, source=STRANGER)]),  # out of another account of the wallet
        (_plan(seconds=None), [_moved(600), _moved(1, REWARDS)]),
        (_plan(seconds=None), [_moved(600, STRANGER)]),
        (_plan(None), [_moved(1, STRANGER)]),
    ],
)
def test_what_was_not_meant_is_not_signed(plan: Plan[Any], transfers: list[TokenTransfer]) -> None:
    with pytest.raises(NotAsQuotedError, match="nothing was signed") as caught:
        _cost(plan, *transfers)
    assert caught.value.retry is Retry.SAME


def test_dearer_than_allowed() -> None:
    with pytest.raises(NotAsQuotedError, match=r"0\.000660 NOS, of which 0\.000060 are the network fee") as caught:
        _cost(_plan(), _moved(600), _moved(60, REWARDS), most=659)
    assert (caught.value.meant, caught.value.taken) == (600, 660)


def test_by_the_balance_where_the_node_does_not_tell_of_calls() -> None:
    def seen(left: int) -> Simulation:
        state = TokenAccount(
            mint=STRANGER,
            owner=WALLET,
            amount=left,
            delegate=None,
            state=TokenAccountState.Initialized,
            is_native=None,
            delegated_amount=0,
            close_authority=None,
        )
        return Simulation(1, (), None, {PURSE: Account(1, bytes(state), TOKEN_PROGRAM)})

    with pytest.raises(NotAsQuotedError):
        cost_of(_plan(), seen(10_000 - 601 - 60), people={WALLET}, purse=PURSE)
    assert cost_of(_plan(), seen(9_340), people={WALLET}, purse=PURSE) == Cost(
        deposit=NosUnits(600), network_fee=NosUnits(60)
    )


def test_more_fee_where_the_caller_allows_it() -> None:
    assert _cost(_plan(), _moved(600), _moved(100, REWARDS), most=700).taken == 700


def test_what_others_sign_for_is_not_the_wallets() -> None:
    paid_out = _moved(50, PURSE, source=VAULT, authority=VAULT)
    assert _cost(_plan(None), paid_out) == Cost(received=NosUnits(50))


def test_the_plans_own_transfers_count() -> None:
    own = transfer_ix(source=PURSE, target=VAULT, owner=WALLET, amount=600)
    assert _cost(_plan(seconds=None, instructions=(own,))).deposit == 600


def test_instructions_of_the_callers_own_making_may_do_anything() -> None:
    assert _cost(_plan(None, checked=False), _moved(10**9, STRANGER)) == Cost()


def test_a_deposit_and_its_fee() -> None:
    assert _cost(_plan(), _moved(600), _moved(60, REWARDS)) == Cost(deposit=NosUnits(600), network_fee=NosUnits(60))
