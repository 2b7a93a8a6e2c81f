"""What every local network has: addresses, wallets, a clock to read, and faucets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from solders.signature import Signature
from solders.token import ID as TOKEN_PROGRAM
from spl.token.instructions import mint_to
from spl.token.models import MintToParams

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import plain
from nosana_chain.engine.reads import Status
from nosana_chain.errors import InputError, LocalnetError
from nosana_chain.localnet.genesis import FAUCET, Genesis
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.pda import nos_account_address
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.units import UnixSeconds, i64, u64
from nosana_chain.wallet import Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import Transport

POLL_SECONDS = 0.01
_AIRDROP_SECONDS = 30.0


class LocalFaucets:
    """A network of one's own, as far as it is a network like any other.

    Args:
        genesis: the state that it started from.
        connection: to it.
    """

    def __init__(self, genesis: Genesis, connection: Connection) -> None:
        self.genesis = genesis
        self.network: Network = connection.network
        self.wallets: Mapping[str, Wallet] = genesis.wallets
        self.transport: Transport | None = None
        self._connection = connection

    async def unix_time(self) -> UnixSeconds:
        """The time that programs see now. Network: 1 call."""
        return await self._connection.fetch_clock()

    async def airdrop(self, address: AddressLike, lamports: int) -> None:
        """Create SOL at `address`, in a transaction of the runtime's own faucet.

        Args:
            address: any; it becomes a plain wallet if nothing is there.
            lamports: 890,880 (the rent of a wallet, Surfpool's least) to 2**63-1.

        Raises:
            RpcResponseError: too little.

        Safe to retry: no, each call gives again. Network: 1 call.
        """
        amount = i64(lamports, "lamports", minimum=1)
        signature = await self._connection.call(
            "requestAirdrop", str(as_address(address, "address")), amount, answer=str
        )
        await self._until_landed(Signature.from_string(signature))

    async def mint_nos(self, owner: AddressLike, amount: int) -> Receipt:
        """Mint NOS to the NOS account of `owner`, which is created if need be. The faucet signs and pays.

        It is a real transaction: the supply of the mint grows with it.

        Args:
            owner: a wallet.
            amount: NOS base units, 0 to 2**64-1.

        Raises:
            InputError: the network has no NOS mint.

        Safe to retry: after *check-first* look the signature up. Network: about 8 calls, 0.2 s.
        """
        owner = as_address(owner, "owner")
        await self._require_mint()
        faucet = self.wallets[FAUCET]
        mint = MintToParams(
            program_id=TOKEN_PROGRAM,
            mint=self.network.nos_mint,
            dest=nos_account_address(owner, network=self.network),
            mint_authority=faucet.address,
            amount=u64(amount, "amount"),
        )
        create = create_nos_account_ix(owner=owner, payer=faucet.address, network=self.network)
        engine = Engine(connection=self._connection, wallet=faucet)
        return await Action(engine, lambda: plain(create, mint_to(mint)), name="mint_nos")

    async def _until_landed(self, signature: Signature) -> None:
        """The faucet of the official validator answers before its transaction has landed, let alone is confirmed."""
        engine = Engine(connection=self._connection)
        try:
            async with asyncio.timeout(_AIRDROP_SECONDS):
                while not _is_confirmed((await engine.reads.status(signature)).status):  # noqa: ASYNC110  another's chain
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise LocalnetError(f"the faucet's transaction {signature} did not land; ask for SOL again") from None
        finally:
            await engine.reads.aclose()

    async def _require_mint(self) -> None:
        """Tell a blank network from one that mints. It may have been given a mint since it started."""
        mint = self.network.nos_mint
        if mint not in self.genesis.accounts and await self._connection.fetch_account(mint) is None:
            raise InputError(
                f"this network has no NOS mint at {mint}; start it from a genesis that went through with_mint()",
                address=str(mint),
            )


def _is_confirmed(status: Status | None) -> bool:
    return status is not None and status.confirmation_status in ("confirmed", "finalized")
