"""An endpoint that answers at once: every job that is posted is there, as the jobs program would have it."""

from __future__ import annotations

import base64
from typing import Any

from fault.chain import FakeChain
from solders.account import Account
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount, TokenAccountState
from solders.transaction import VersionedTransaction

from nosana_chain import pda
from nosana_chain.bindings.jobs.accounts import JobAccount, MarketAccount
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.transport import RpcRequest

_JOB, _MARKET, _RUN, _USER, _VAULT, _PAYER = range(6)


class StubChain(FakeChain):
    """Lists are carried out; nothing else is."""

    def __init__(self, owner: Pubkey, *, price: int) -> None:
        self.market = Pubkey.new_unique()
        vault = pda.market_vault_address(self.market, network=LOCALNET)
        purse = pda.nos_account_address(owner, network=LOCALNET)
        super().__init__(
            {
                self.market: _market(vault, price),
                purse: _tokens(owner, 10**15),
                owner: Account(10**15, b"", Pubkey.default()),
            }
        )
        self._price, self._purse, self._vault, self._owner = price, purse, vault, owner
        self.lands = self._land

    async def send(self, request: RpcRequest) -> bytes:
        self.methods.clear()
        return await super().send(request)

    def _simulateTransaction(self, params: list[Any]) -> Any:  # noqa: N802  the method's name
        transaction = VersionedTransaction.from_bytes(base64.b64decode(params[0]))
        self.calls = [
            _call(self._purse, self._vault, self._owner, self._price * timeout) for _, timeout, _ in _lists(transaction)
        ]
        return super()._simulateTransaction(params)

    def _land(self, transaction: VersionedTransaction) -> None:
        for accounts, timeout, digest in _lists(transaction):
            self.accounts[accounts[_JOB]] = _job(digest, accounts, self._price, timeout)


def _lists(transaction: VersionedTransaction) -> list[tuple[list[Pubkey], int, bytes]]:
    keys = transaction.message.account_keys
    found = []
    for one in transaction.message.instructions:
        data = bytes(one.data)
        if keys[one.program_id_index] == LOCALNET.programs.jobs:
            found.append(([keys[at] for at in one.accounts], int.from_bytes(data[40:48], "little"), data[8:40]))
    return found


def _call(source: Pubkey, destination: Pubkey, authority: Pubkey, amount: int) -> dict[str, Any]:
    facts = {"source": source, "destination": destination, "authority": authority, "amount": amount}
    told = {name: str(value) for name, value in facts.items()}
    return {"programId": str(TOKEN_PROGRAM), "parsed": {"type": "transfer", "info": told}}


def _job(digest: bytes, accounts: list[Pubkey], price: int, timeout: int) -> Account:
    job = JobAccount(
        ipfs_job=list(digest),
        ipfs_result=[0] * 32,
        market=accounts[_MARKET],
        node=Pubkey.default(),
        payer=accounts[_PAYER],
        price=price,
        project=accounts[_PAYER],
        state=0,
        time_end=0,
        time_start=0,
        timeout=timeout,
    )
    return Account(2_561_280, JobAccount.discriminator + JobAccount.layout.build(vars(job)), LOCALNET.programs.jobs)


def _market(vault: Pubkey, price: int) -> Account:
    market = MarketAccount(
        authority=vault,
        job_expiration=0,
        job_price=price,
        job_timeout=0,
        job_type=0,
        vault=vault,
        vault_bump=255,
        node_access_key=Pubkey.default(),
        node_xnos_minimum=0,
        queue_type=255,
        queue=[],
    )
    data = MarketAccount.discriminator + MarketAccount.layout.build(vars(market))
    return Account(10**9, data.ljust(10_224, b"\0"), LOCALNET.programs.jobs)


def _tokens(owner: Pubkey, amount: int) -> Account:
    state = TokenAccount(
        mint=LOCALNET.nos_mint,
        owner=owner,
        amount=amount,
        delegate=None,
        state=TokenAccountState.Initialized,
        is_native=None,
        delegated_amount=0,
        close_authority=None,
    )
    return Account(2_039_280, bytes(state), TOKEN_PROGRAM)
