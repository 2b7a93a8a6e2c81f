"""Token accounts and nonces of a wallet that hold nothing but their rent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, look
from nosana_chain.models.nonce import Nonce
from nosana_chain.models.token_account import TokenAccount
from nosana_chain.networks import Network
from nosana_chain.programs.distributor.queries import DISTRIBUTOR
from nosana_chain.programs.pools.queries import POOL
from nosana_chain.programs.staking.queries import SETTINGS
from nosana_chain.sweep.findings import Finding, FindingKind, Remark


def search_receivers(network: Network) -> Looking[frozenset[Pubkey]]:
    """Token accounts that pools, distributors and the staking program pay to: they may be empty, and are in use."""
    pools = yield from POOL.search(network)
    distributors = yield from DISTRIBUTOR.search(network)
    address = pda.settings_address(network=network)
    settings = SETTINGS.read_if_any(network, address, (yield from look(address))[address])
    paid = {pool.beneficiary for pool in pools} | {one.clawback_receiver for one in distributors}
    return frozenset(paid | ({settings.token_account} if settings else set()))


def told_of_token_accounts(
    client: NosanaClient, wallet: Pubkey, accounts: Sequence[TokenAccount], receivers: Collection[Pubkey] | None
) -> Iterator[Finding | Remark]:
    """What comes of them.

    Args:
        client: of the wallet.
        wallet: its address.
        accounts: of the wallet.
        receivers: those that others pay to; None where that could not be looked for.
    """
    purse = pda.nos_account_address(wallet, network=client.network)
    for account in accounts:
        if not account.amount:
            yield _of_empty(client, wallet, account, purse, receivers)


def _of_empty(
    client: NosanaClient, wallet: Pubkey, account: TokenAccount, purse: Pubkey, receivers: Collection[Pubkey] | None
) -> Finding | Remark:
    remark = partial(Remark, address=account.address, lamports=account.lamports)
    if account.closer != wallet:
        return remark(why=f"it is empty, and {account.closer} has to close it")
    if receivers is not None and account.address in receivers:
        return remark(why="it is empty, and a pool, a distributor or the staking program pays to it")
    kind, asked, why = FindingKind.CLOSE_TOKEN_ACCOUNT, receivers is None, "it is empty"
    if account.address == purse:
        kind, asked, why = FindingKind.CLOSE_NOS_ACCOUNT, True, "it is empty; actions that need it will make it again"
    elif receivers is None:
        why += "; whether a pool or a distributor pays to it could not be looked for"
    return Finding(
        kind=kind,
        address=account.address,
        lamports=account.lamports,
        why=why,
        on_request=asked,
        make=lambda: client.tokens.close_token_account(account.address),
    )


def told_of_nonces(client: NosanaClient, nonces: Sequence[Nonce]) -> Iterator[Finding]:
    """What comes of them: whether a transaction is out that lives by one, nobody can see."""
    for nonce in nonces:
        yield Finding(
            kind=FindingKind.WITHDRAW_NONCE,
            address=nonce.address,
            lamports=nonce.lamports,
            why="a nonce of this wallet; withdrawing it ends every transaction that lives by it",
            on_request=True,
            make=partial(client.nonces.withdraw_nonce, nonce.address),
        )
