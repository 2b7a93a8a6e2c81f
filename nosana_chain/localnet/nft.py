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
_NONE, _SOME = b"\0", b"\1"  # tags of options
_WHOLE_SHARE = 100  # per cent


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

    Its metadata is whole, as the real programs want it: they decode all of it. The one thing that it points to and that
    isn't there is its master edition, which they never look at.

    Args:
        owner: the host; the NFT is in its associated token account.
        collection: the market's `node_access_key`.
        verified: whether the collection's owner has said that the NFT belongs to it. A market refuses others.
        name: tells several NFTs of one owner and collection apart.
        network: the addresses.
    """
    mint = local_wallet(f"NFT {name} of {owner} in {collection}").address
    account = pda.token_account_address(owner, mint=mint)
    program = network.programs.token_metadata
    metadata = _metadata(mint, owner, collection, verified=verified, edition_nonce=_edition_nonce(mint, program))
    return LocalNft(
        access=AccessNft(account=account, mint=mint),
        accounts={
            mint: mint_account(supply=1, decimals=0, authority=None),
            account: token_account(owner, mint=mint, amount=1),
            pda.metadata_address(mint, network=network): rent_exempt(metadata, program),
        },
    )


def _edition_nonce(mint: Pubkey, program: Pubkey) -> int:
    """The bump of the address where Metaplex keeps an NFT's master edition."""
    return Pubkey.find_program_address([b"metadata", bytes(program), bytes(mint), b"edition"], program)[1]


def _metadata(mint: Pubkey, creator: Pubkey, collection: Pubkey, *, verified: bool, edition_nonce: int) -> bytes:
    """The account's data. The creator, who is the only one, may also change it."""
    head = bytes([_METADATA_KEY]) + bytes(creator) + bytes(mint)
    texts = _padded("Access key", _NAME_BYTES) + _padded("", _SYMBOL_BYTES) + _padded("", _URI_BYTES)
    seller_fee, not_sold, mutable, no_uses, no_details, no_rules = b"\0\0", b"\0", b"\1", _NONE, _NONE, _NONE
    creators = _SOME + struct.pack("<I", 1) + bytes(creator) + bytes([True, _WHOLE_SHARE])
    kind = _SOME + bytes([edition_nonce]) + _SOME + bytes([_NON_FUNGIBLE])
    member = _SOME + bytes([verified]) + bytes(collection)
    data = head + texts + seller_fee + creators + not_sold + mutable + kind + member + no_uses + no_details + no_rules
    return data.ljust(_METADATA_BYTES, b"\0")


def _padded(text: str, length: int) -> bytes:
    return struct.pack(f"<I{length}s", length, text.encode())
