"""NFTs for markets with an access key, as account data: a local network has no Metaplex program to make them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.localnet.accounts import mint_account, rent_exempt, token_account
from nosana_chain.localnet.genesis import local_wallet
from nosana_chain.networks import LOCALNET, Network
from nosana_chain.programs.jobs.terms import AccessNft

# Metaplex token metadata, version 1: https://developers.metaplex.com/token-metadata (account `Metadata`)
_METADATA_KEY = 4
_METADATA_BYTES = 679  # what Metaplex allocates, whatever is in it
_NAME_BYTES, _SYMBOL_BYTES, _URI_BYTES = 32, 10, 200  # texts are padded with zeros to these lengths
_NON_FUNGIBLE = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalNft:
    """An NFT that a local network can be given.

    Attributes:
        access: how a host shows it: `client.hosts.join_queue(market, access=nft.access)`.
        accounts: its mint, its owner's token account and its metadata, by address.
    """

    access: AccessNft
    accounts: Mapping[Pubkey, Account]


def access_nft(
    owner: Pubkey, *, collection: Pubkey, verified: bool = True, name: str = "access", network: Network = LOCALNET
) -> LocalNft:
    """An NFT of a collection, in a wallet. Give a network its accounts by `Genesis.with_accounts` or `set_account`.

    Args:
        owner: the host; the NFT is in its associated token account.
        collection: the market's `node_access_key`.
        verified: whether the collection's owner has said that the NFT belongs to it. A market refuses others.
        name: tells several NFTs of one owner and collection apart.
        network: the addresses.
    """
    mint = local_wallet(f"NFT {name} of {owner} in {collection}").address
    account = pda.token_account_address(owner, mint=mint)
    metadata = _metadata(mint, owner, collection, verified=verified)
    return LocalNft(
        access=AccessNft(account=account, mint=mint),
        accounts={
            mint: mint_account(supply=1, decimals=0, authority=None),
            account: token_account(owner, mint=mint, amount=1),
            pda.metadata_address(mint, network=network): rent_exempt(metadata, network.programs.token_metadata),
        },
    )


def _metadata(mint: Pubkey, update_authority: Pubkey, collection: Pubkey, *, verified: bool) -> bytes:
    head = bytes([_METADATA_KEY]) + bytes(update_authority) + bytes(mint)
    texts = _padded("Access key", _NAME_BYTES) + _padded("", _SYMBOL_BYTES) + _padded("", _URI_BYTES)
    seller_fee, no_creators, not_sold, mutable, no_edition = b"\0\0", b"\0", b"\0", b"\1", b"\0"
    traits = seller_fee + no_creators + not_sold + mutable + no_edition + bytes([1, _NON_FUNGIBLE])
    return (head + texts + traits + bytes([1, verified]) + bytes(collection)).ljust(_METADATA_BYTES, b"\0")


def _padded(text: str, length: int) -> bytes:
    return struct.pack(f"<I{length}s", length, text.encode())
