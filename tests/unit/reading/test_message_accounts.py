"""Which accounts a transaction has, in the order of its indices."""

from __future__ import annotations

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey

from nosana_chain.models.explanation import LookupEntry
from nosana_chain.models.landed_transaction import LoadedAddresses
from nosana_chain.reading.message_accounts import AccountUse, account_uses

PAYER, SIGNER, CHANGED, READ, PROGRAM, FAR_READ, FAR_CHANGED, TABLE = (Pubkey(bytes([n]) * 32) for n in range(1, 9))
STATIC = [
    AccountUse(PAYER, signer=True, writable=True),
    AccountUse(SIGNER, signer=True, writable=False),
    AccountUse(CHANGED, signer=False, writable=True),
]


def instruction(*more: AccountMeta) -> Instruction:
    metas = [
        AccountMeta(SIGNER, is_signer=True, is_writable=False),
        AccountMeta(CHANGED, is_signer=False, is_writable=True),
        AccountMeta(READ, is_signer=False, is_writable=False),
        *more,
    ]
    return Instruction(PROGRAM, b"", metas)


def with_lookups() -> MessageV0:
    far = [AccountMeta(FAR_READ, is_signer=False, is_writable=False), AccountMeta(FAR_CHANGED, False, True)]
    table = AddressLookupTableAccount(TABLE, [FAR_READ, FAR_CHANGED])
    return MessageV0.try_compile(PAYER, [instruction(*far)], [table], Hash.default())


@pytest.mark.parametrize(
    "message",
    [
        Message.new_with_blockhash([instruction()], PAYER, Hash.default()),
        MessageV0.try_compile(PAYER, [instruction()], [], Hash.default()),
    ],
    ids=["legacy", "v0"],
)
def test_signers_and_writable_accounts_are_told_by_the_header(message: Message | MessageV0) -> None:
    uses = account_uses(message)
    assert [use.address for use in uses] == list(message.account_keys)
    assert list(uses[:3]) == STATIC
    assert set(uses[3:]) == {AccountUse(READ, False, False), AccountUse(PROGRAM, False, False)}


def test_entries_of_lookup_tables_stay_entries_where_nobody_read_them() -> None:
    writable, readonly = account_uses(with_lookups())[-2:]
    assert writable == AccountUse(LookupEntry(TABLE, 1), signer=False, writable=True)
    assert readonly == AccountUse(LookupEntry(TABLE, 0), signer=False, writable=False)
    assert str(readonly.address) == f"entry 0 of lookup table {TABLE}, not resolved"


def test_what_the_cluster_read_from_the_tables_takes_their_place() -> None:
    uses = account_uses(with_lookups(), LoadedAddresses((FAR_CHANGED,), (FAR_READ,)))
    assert uses[-2:] == (AccountUse(FAR_CHANGED, False, True), AccountUse(FAR_READ, False, False))
