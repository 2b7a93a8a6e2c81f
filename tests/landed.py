"""Answers of getTransaction for a transaction that was made here."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import base58
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import sign_message
from nosana_chain.wallet import Wallet

#: A wallet for every test that needs one signature and no secret.
PAYER = Wallet.from_seed(bytes(range(32)))


def signed(*instructions: Instruction) -> VersionedTransaction:
    message = MessageV0.try_compile(PAYER.address, list(instructions), [], Hash.default())
    return sign_message(message, signers=[PAYER])


def answer(transaction: VersionedTransaction, **meta: Any) -> dict[str, Any]:
    """What a cluster says of `transaction`; by default it moved nothing."""
    accounts = len(transaction.message.account_keys)
    told = {"fee": 5000, "err": None, "computeUnitsConsumed": 150, "logMessages": []}
    balances = {"preBalances": [10_000] * accounts, "postBalances": [5_000] + [10_000] * (accounts - 1)}
    return {
        "slot": 9,
        "meta": {**told, **balances, **meta},
        "transaction": [base64.b64encode(bytes(transaction)).decode(), "base64"],
    }


def call(program: int, accounts: Sequence[int], data: bytes, *, height: int | None = 2) -> dict[str, Any]:
    """An inner instruction, as the RPC writes it."""
    encoded = base58.b58encode(data).decode()
    return {"programIdIndex": program, "accounts": list(accounts), "data": encoded, "stackHeight": height}


def tokens(account: int, mint: Pubkey, amount: int) -> dict[str, Any]:
    """A token balance, as the RPC writes it."""
    return {"accountIndex": account, "mint": str(mint), "uiTokenAmount": {"amount": str(amount), "decimals": 6}}
