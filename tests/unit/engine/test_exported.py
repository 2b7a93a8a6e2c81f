"""Texts of transactions: what is no text, what is signed wrongly, what doesn't belong together, and what does."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import KeySigner
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import build_message, unsigned
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.exported import combined, missing_from, read_exported, text_of
from nosana_chain.engine.relay import Relay
from nosana_chain.errors import InputError
from nosana_chain.networks import MAINNET
from nosana_chain.programs.transactions import Transactions
from nosana_chain.wire.connection import Connection

ONE, TWO, STRANGER = KeySigner(1), KeySigner(2), KeySigner(3)
PROGRAM = Pubkey(bytes([9]) * 32)


def engine(chain: FakeChain | None = None) -> Engine:
    return Engine(connection=Connection(MAINNET, transport=chain or FakeChain()), wallet=ONE)


def transaction(data: bytes = b"") -> VersionedTransaction:
    called = Instruction(PROGRAM, data, [AccountMeta(TWO.address, is_signer=True, is_writable=False)])
    return unsigned(build_message([called], payer=ONE.address, blockhash=Hash(bytes([7]) * 32)))


TEXT = text_of(transaction())


# ------------------------------------------------------------ refused


@pytest.mark.parametrize("text", ["", "   ", "no base64!", "AAAA", TEXT[:-8], TEXT + "AAAA", "A" * 10_000, None])
def test_what_is_no_transaction(text: Any) -> None:
    with pytest.raises(InputError):
        read_exported(text)


async def test_a_message_that_was_changed_after_it_was_signed() -> None:
    signed = await Transactions(engine()).sign(TEXT)
    raw = bytearray(base64.b64decode(signed))
    raw[-1] ^= 1  # in the message
    for act in (read_exported, Transactions(engine()).review):
        with pytest.raises(InputError, match=r"not theirs|no transaction"):
            act(base64.b64encode(bytes(raw)).decode())


def test_a_signature_in_anothers_place() -> None:
    signature = ONE.sign(b"anything")
    forged = VersionedTransaction.populate(transaction().message, [signature, Signature.default()])
    with pytest.raises(InputError, match=str(ONE.address)) as caught:
        read_exported(text_of(forged))
    assert caught.value.wrong == (str(ONE.address),)


async def test_a_stranger_signs_nothing() -> None:
    with pytest.raises(InputError, match="signs nothing"):
        await Transactions(engine()).sign(TEXT, signer=STRANGER)


def test_different_transactions_are_not_combined() -> None:
    tools = Transactions(engine())
    with pytest.raises(InputError, match="text 2 is another"):
        tools.combine(TEXT, text_of(transaction(b"more")))
    with pytest.raises(InputError, match="nothing to combine"):
        tools.combine()


async def test_one_that_lacks_a_signature_is_not_sent() -> None:
    chain = FakeChain()
    tools = Transactions(engine(chain))
    with pytest.raises(InputError, match=str(TWO.address)) as caught:
        await tools.send_signed(await tools.sign(TEXT))
    assert caught.value.missing == (str(TWO.address),)
    assert chain.methods == []


async def test_a_blockhash_that_the_cluster_does_not_know_is_not_sent() -> None:
    chain = FakeChain(isBlockhashValid=lambda _asked, given: {**given, "value": False})
    tools = Transactions(engine(chain))
    with pytest.raises(InputError, match="another network"):
        await tools.send_signed(await tools.sign(await tools.sign(TEXT), signer=TWO))
    assert chain.arrived == []


# ------------------------------------------------------------ done


async def test_copies_come_together_in_any_order() -> None:
    tools = Transactions(engine())
    copies = [await tools.sign(TEXT), await tools.sign(TEXT, signer=TWO)]
    one_by_one = await tools.sign(copies[0], signer=TWO)
    assert tools.combine(*copies) == tools.combine(*reversed(copies)) == tools.combine(TEXT, *copies) == one_by_one
    assert missing_from(read_exported(one_by_one)) == ()
    assert await tools.sign(copies[0]) == copies[0]  # one who has signed signs nothing more


async def test_a_review_says_who_has_signed_and_who_has_not() -> None:
    tools = Transactions(engine())
    review = tools.review(f"\n{await tools.sign(TEXT, signer=TWO)}\n")
    assert (review.signed, review.missing) == ((TWO.address,), (ONE.address,))
    assert (review.is_complete, review.nonce, review.fee_payer) == (False, None, ONE.address)
    assert f"missing: {ONE.address}" in str(review)
    assert review.as_json()["signed"] == [str(TWO.address)]
    assert "signed by: nobody" in str(tools.review(TEXT))


async def test_sent_when_all_have_signed() -> None:
    chain = FakeChain()
    tools = Transactions(engine(chain))
    whole = read_exported(await tools.sign(await tools.sign(TEXT), signer=TWO))
    receipt = await Relay(engine(chain), combined([whole])).run()
    assert [str(receipt.signature)] == chain.signatures
    assert bytes(chain.arrived[0]) == bytes(whole)
