"""Every action signs what its planning comes to: the instructions themselves, out of the transaction."""

import pytest
from action_calls import CASES, HELD, ME, NOW, OTHER, PURSE, creating, tokens
from seeing import engine_over, instructions_of, moment, transfer
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.errors import ConfigError, InputError, NotAsQuotedError
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.programs.transactions import Transactions
from nosana_chain.wallet import Wallet


def cluster(accounts: dict[Pubkey, Account], vault: Pubkey | None, amount: int = 5) -> Engine:
    """A wallet with 1,000 base units on a cluster where the program moves some of them to `vault`."""
    moved = [] if vault is None else [transfer(PURSE, vault, amount, authority=ME)]
    return engine_over({PURSE: tokens(ME, 1_000)} | moment(NOW) | accounts, moved=moved)


@pytest.mark.parametrize("name", CASES)
async def test_what_an_action_signs(name: str) -> None:
    accounts, make, expected, vault = CASES[name]
    action = make(cluster(accounts, vault))
    assert action.name == name.split(maxsplit=1)[0]
    signed = await instructions_of(action)
    assert [(one.program_id, bytes(one.data)) for one in signed] == [
        (one.program_id, bytes(one.data)) for one in expected
    ]
    addresses = [[meta.pubkey for meta in one.accounts] for one in signed]
    assert addresses == [[meta.pubkey for meta in one.accounts] for one in expected]


TRUSTED = ("send",)


@pytest.mark.parametrize("name", [name for name in CASES if name not in TRUSTED])
async def test_nothing_is_signed_that_takes_other_tokens_than_were_meant(name: str) -> None:
    """An endpoint, or a build of a program, that moves what nobody asked for."""
    accounts, make, _, vault = CASES[name]
    with pytest.raises(NotAsQuotedError):
        await make(cluster(accounts, vault or OTHER, amount=6)).unsigned()


async def test_what_the_caller_built_may_move_what_it_likes() -> None:
    accounts, make, _, _ = CASES["send"]
    assert await make(cluster(accounts, OTHER, amount=6)).unsigned()


@pytest.mark.parametrize("name", CASES)
def test_a_client_that_only_reads_is_told_where_the_action_is_made(name: str) -> None:
    with pytest.raises(ConfigError, match="this client has no wallet"):
        CASES[name][1](engine_over({}, wallet=None))


def test_sending_nothing() -> None:
    with pytest.raises(InputError, match="without instructions"):
        Transactions(engine_over({})).send([])


async def test_twins_with_another_signer_are_two_transactions() -> None:
    """The chain would carry out one of two equal ones, and both would look done."""
    key = Wallet.generate()
    moving = transfer_ix(source=HELD[OTHER], target=PURSE, owner=key.address, amount=1)
    tools = Transactions(engine_over({}))
    assert await tools.send([moving], signers=[key]).unsigned() != await tools.send([moving], signers=[key]).unsigned()


async def test_whoever_must_sign_signs() -> None:
    key = Wallet.generate()
    moving = transfer_ix(source=HELD[OTHER], target=PURSE, owner=key.address, amount=1)
    action = Transactions(engine_over({})).send([moving], signers=[key])
    assert len(await instructions_of(action)) == 1
    with pytest.raises(InputError, match="signs nothing"):
        await Transactions(engine_over({})).send([creating(OTHER)], signers=[key]).unsigned()
