"""What only odd calls show: nothing due, settings of one's own, a queue of no type, second 0, too many lamports."""

import pytest
from behaviour.call import Account
from lives.town import Town, address
from model.addresses import AUTHORITY, NOS, SETTINGS, SLASH_ACCOUNT, associated_token_address
from model.checked import U64_MAX
from model.spl_token import FROZEN
from model.states import token_account
from solders.pubkey import Pubkey

AMOUNT = 10**9
ELSEWHERE = address("settings of one's own")


@pytest.fixture
def staker(town: Town) -> Pubkey:
    owner = town.wallet("staker")
    town.stake(owner, AMOUNT)
    return owner


def with_field(town: Town, address: Pubkey, **fields: object) -> Account:
    """The account with other values in its fields, as long as it was."""
    account, record = town.chain.account(address), town.chain.record(address)
    for name, value in fields.items():
        assert hasattr(record, name)
        setattr(record, name, value)
    return account._replace(data=record.encode().ljust(len(account.data), b"\0"))


@pytest.mark.parametrize(
    "state", [{}, {"state": FROZEN}, {"mint": address("not NOS")}], ids=["usual", "frozen", "of another mint"]
)
def test_a_withdrawal_with_nothing_due_makes_no_transfer(town: Town, staker: Pubkey, state: dict[str, object]) -> None:
    town.staking("unstake", staker)
    user = associated_token_address(staker)
    town.chain.place({user: token_account(staker, 0, **{"mint": NOS} | state)})  # type: ignore[arg-type]
    done = town.chain.call("nosana_staking", "withdraw", town.staker(staker))
    assert done.trace is not None
    assert (done.trace.inner, done.after) == ((), {})


def test_the_second_withdrawal_of_a_second_makes_no_transfer(town: Town, staker: Pubkey) -> None:
    town.staking("unstake", staker)
    town.wait(86_400)
    moved = [town.chain.call("nosana_staking", "withdraw", town.staker(staker)) for _ in range(2)]
    assert [len(done.trace.inner) for done in moved if done.trace] == [1, 0]


@pytest.mark.parametrize("name", ["slash", "update_settings"])
def test_settings_of_ones_own_are_no_settings(town: Town, staker: Pubkey, name: str) -> None:
    thief = associated_token_address(staker)
    town.chain.place({ELSEWHERE: town.chain.account(SETTINGS)})
    town.chain.place({ELSEWHERE: with_field(town, ELSEWHERE, authority=staker, token_account=thief)})
    roles = town.staker(staker) | {"settings": ELSEWHERE, "token_account": thief, "new_authority": staker}
    values = {"amount": 1} if name == "slash" else {}
    refused = town.chain.call("nosana_staking", name, roles, "ConstraintSeeds", **values)
    assert refused.trace is not None
    assert refused.trace.compared == (str(ELSEWHERE), str(SETTINGS))


@pytest.mark.parametrize("queue_type", [1, 2, 9, 254, 255])
def test_a_host_waits_once_whatever_the_queue_is_said_to_hold(
    town: Town, host: Pubkey, second_host: Pubkey, queue_type: int
) -> None:
    market = town.open_market()
    town.work(market, second_host)
    town.work(market, host)
    town.chain.place({market: with_field(town, market, queue_type=queue_type)})
    town.work(market, host, error="NodeAlreadyQueued")
    town.work(market, second_host, error="NodeAlreadyQueued")


def test_a_host_may_take_a_job_from_a_queue_that_names_it(town: Town, host: Pubkey) -> None:
    market = town.open_market()
    town.work(market, host)
    town.chain.place({market: with_field(town, market, queue_type=0)})
    assert town.chain.exists(town.work(market, host))


def test_unstaking_in_second_0_changes_nothing(town: Town, staker: Pubkey) -> None:
    stake = town.chain.account(town.staker(staker)["stake"])
    town.chain.clock = 0
    town.staking("unstake", staker)
    assert town.chain.account(town.staker(staker)["stake"]) == stake


def test_an_account_that_can_hold_no_more_lamports_is_closed_into(town: Town, builder: Pubkey, host: Pubkey) -> None:
    market = town.open_market()
    town.list_job(market, builder)
    run = town.work(market, host)
    rent = town.chain.account(run).lamports
    whole = town.chain.account(host)
    town.chain.place({host: whole._replace(lamports=U64_MAX - rent + 1)})
    town.quit(run, error="ProgramFailedToComplete")
    town.chain.place({host: whole._replace(lamports=U64_MAX - rent)})
    town.quit(run)
    assert town.chain.account(host).lamports == U64_MAX


def test_slashed_tokens_go_where_the_settings_say(town: Town, staker: Pubkey) -> None:
    other = address("another account of the authority")
    town.chain.place({other: token_account(AUTHORITY)})
    roles = town.staker(staker) | {"authority": AUTHORITY, "token_account": other}
    refused = town.chain.call("nosana_staking", "slash", roles, "InvalidTokenAccount", amount=1)
    assert refused.trace is not None
    assert refused.trace.compared == (str(other), str(SLASH_ACCOUNT))
