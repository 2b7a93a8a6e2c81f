"""The node model against the bytes that the bindings write."""

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import AccountInvalidDiscriminator
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.models.node import Node

ADDRESS, HOST = Pubkey(b"a" * 32), Pubkey(b"h" * 32)
FIELDS = {
    "authority": HOST,
    "audited": True,
    "architecture": 9,
    "country": 894,
    "cpu": 1,
    "gpu": 2,
    "memory": 3,
    "iops": 4,
    "storage": 65_535,
    "endpoint": "https://hôte.example",
    "icon": "",
    "version": "1.2.3",
}
ACCOUNT = NodeAccount(**FIELDS)
ALLOCATED = 128  # bytes of a node account: longer than its fields


def encoded(account: NodeAccount) -> bytes:
    return (account.discriminator + account.layout.build(vars(account))).ljust(ALLOCATED, b"\0")


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(AccountInvalidDiscriminator):
        Node.decode(ADDRESS, bytes(ALLOCATED))


def test_every_field_comes_through() -> None:
    assert Node.decode(ADDRESS, encoded(ACCOUNT)) == Node(address=ADDRESS, **FIELDS)
