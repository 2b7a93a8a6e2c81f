"""Being told by a running network."""

from solders.signature import Signature

from nosana_chain.localnet import Localnet, local_wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.subscriptions import AccountNotice, SignatureNotice, Subscriptions

STRANGER = local_wallet("stranger").address
LAMPORTS = 1_000_000


async def test_an_account_and_a_signature(net: Localnet) -> None:
    async with Subscriptions(net.network) as subscriptions, Connection(net.network) as connection:
        async with subscriptions.account(STRANGER) as changes:
            await changes.wait_until_open()
            await net.airdrop(STRANGER, LAMPORTS)
            change = await anext(changes)
            assert isinstance(change, AccountNotice)
            assert change.account is not None
            assert change.account.lamports == LAMPORTS
        signature = await connection.call("requestAirdrop", str(STRANGER), LAMPORTS, answer=str)
        landed = await anext(subscriptions.signature(Signature.from_string(signature)))
        assert isinstance(landed, SignatureNotice)
        assert landed.error is None
        assert landed.slot > 0
