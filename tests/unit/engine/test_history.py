"""Whether an account was made before: the first success in the history of its address, however long that is."""

from __future__ import annotations

from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import KeySigner
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.history import find_making
from nosana_chain.errors import RpcError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

PAYER, ACCOUNT = KeySigner(1), KeySigner(2)
PROGRAM = Pubkey(b"p" * 32)


def naming(*, signs: bool, nonce: int = 0) -> VersionedTransaction:
    """A transaction that names the account, which signs it or not."""
    meta = AccountMeta(ACCOUNT.address, is_signer=signs, is_writable=True)
    call = Instruction(PROGRAM, nonce.to_bytes(4, "little"), [meta])
    message = MessageV0.try_compile(PAYER.address, [call], [], Hash.default())
    count = message.header.num_required_signatures
    return VersionedTransaction.populate(message, [Signature.new_unique() for _ in range(count)])


class Past(FakeChain):
    """A chain with a history of one address, the newest first."""

    def __init__(self, *transactions: VersionedTransaction, failed: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self.arrived = list(transactions)
        self.entries = [
            {"signature": str(one.signatures[0]), "err": "failed" if at in failed else None}
            for at, one in enumerate(transactions)
        ]
        self._errors = {entry["signature"]: entry["err"] for entry in self.entries}
        self.endless = False

    def _getSignaturesForAddress(self, params: list[Any]) -> Any:  # noqa: N802  the method's name
        options = params[1]
        if self.endless:
            return self.entries * 1000
        names = [entry["signature"] for entry in self.entries]
        start = names.index(options["before"]) + 1 if "before" in options else 0
        return self.entries[start : start + options["limit"]]


async def making(chain: Past) -> str | None:
    found = await find_making(Connection(LOCALNET, transport=chain), ACCOUNT.address)
    assert found.unread is None
    return found.signature


async def test_nobody_ever_named_it() -> None:
    assert await making(Past()) is None


async def test_what_made_it_is_the_first_success_that_it_signed() -> None:
    later, made, gift, failed = naming(signs=False), naming(signs=True), naming(signs=False), naming(signs=True)
    chain = Past(later, made, gift, failed, failed=frozenset({3}))
    assert await making(chain) == str(made.signatures[0])


async def test_lamports_from_others_prove_nothing() -> None:
    assert await making(Past(naming(signs=False))) is None


async def test_a_busy_address_is_followed_to_its_beginning() -> None:
    made = naming(signs=True)
    later = [naming(signs=False, nonce=number) for number in range(2_000)]
    chain = Past(*later, made)
    assert await making(chain) == str(made.signatures[0])
    assert chain.methods == ["getSignaturesForAddress"] * 3 + ["getTransaction"]


async def test_a_history_without_an_end() -> None:
    chain = Past(naming(signs=False))
    chain.endless = True
    with pytest.raises(RpcError):
        await making(chain)
