"""Decoding and fetching through a generated account class."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pytest
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import AccountInvalidDiscriminator, AccountWrongOwnerError, DecodeError
from nosana_chain.bindings.jobs.accounts import RunAccount
from nosana_chain.errors import NosanaError

PROGRAM = Pubkey(b"p" * 32)
RUN = RunAccount(job=Pubkey(b"j" * 32), node=Pubkey(b"n" * 32), payer=Pubkey(b"w" * 32), state=0, time=1_700_000_000)
DATA = RunAccount.discriminator + RunAccount.layout.build(asdict(RUN))


class FakeClient:
    """Stands in for solana's AsyncClient: holds accounts and counts the addresses of each call."""

    def __init__(self, accounts: dict[Pubkey, Account]) -> None:
        self.accounts = accounts
        self.calls: list[int] = []

    async def get_account_info(self, address: Pubkey, commitment: Any = None) -> Any:
        self.calls.append(1)
        return SimpleNamespace(value=self.accounts.get(address))

    async def get_multiple_accounts(self, addresses: list[Pubkey], commitment: Any = None) -> Any:
        self.calls.append(len(addresses))
        return SimpleNamespace(value=[self.accounts.get(address) for address in addresses])


def run_account(owner: Pubkey = PROGRAM) -> Account:
    return Account(lamports=1_726_080, data=DATA, owner=owner)


def address(number: int) -> Pubkey:
    return Pubkey(number.to_bytes(32, "big"))


@pytest.mark.parametrize("data", [b"", DATA[:7], b"\x00" + DATA[1:]], ids=["empty", "seven-bytes", "other-type"])
def test_data_of_another_type_is_refused(data: bytes) -> None:
    with pytest.raises(AccountInvalidDiscriminator) as caught:
        RunAccount.decode(data)
    assert isinstance(caught.value, NosanaError)


@pytest.mark.parametrize("length", [8, len(DATA) - 1])
def test_data_that_ends_early_is_refused(length: int) -> None:
    with pytest.raises(DecodeError, match="can't be decoded"):
        RunAccount.decode(DATA[:length])


async def test_an_account_of_another_program_is_refused() -> None:
    client: Any = FakeClient({address(1): run_account(owner=Pubkey(b"x" * 32))})
    with pytest.raises(AccountWrongOwnerError):
        await RunAccount.fetch(client, address(1), program_id=PROGRAM)
    with pytest.raises(AccountWrongOwnerError):
        await RunAccount.fetch_multiple(client, [address(1)], program_id=PROGRAM)


async def test_a_missing_account_is_none() -> None:
    assert await RunAccount.fetch(FakeClient({}), address(1), program_id=PROGRAM) is None  # type: ignore[arg-type]


async def test_many_accounts_come_in_calls_of_100_and_in_order() -> None:
    client: Any = FakeClient({address(number): run_account() for number in range(0, 250, 2)})
    found = await RunAccount.fetch_multiple(client, [address(number) for number in range(250)], program_id=PROGRAM)
    assert found == [None if number % 2 else RUN for number in range(250)]
    assert client.calls == [100, 100, 50]


async def test_a_fetched_account_is_decoded() -> None:
    client: Any = FakeClient({address(1): run_account()})
    assert await RunAccount.fetch(client, address(1), program_id=PROGRAM) == RUN


def test_json_survives_the_round_trip() -> None:
    assert RunAccount.from_json(RUN.to_json()) == RUN
