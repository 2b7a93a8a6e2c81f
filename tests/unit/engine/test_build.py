import pytest
from fault.wire import KeySigner
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.build import (
    MAX_TRANSACTION_BYTES,
    SignedTransaction,
    build_message,
    sign_message,
    signer_addresses,
    unsigned,
)
from nosana_chain.errors import InputError

PAYER, OWNER, STRANGER = KeySigner(1), KeySigner(2), KeySigner(3)
PROGRAM = Pubkey(bytes([9]) * 32)
BLOCKHASH = Hash(bytes([7]) * 32)


def _instruction(data: bytes = b"") -> Instruction:
    return Instruction(PROGRAM, data, [AccountMeta(OWNER.address, is_signer=True, is_writable=False)])


def _message(data: bytes = b"") -> MessageV0:
    return build_message([_instruction(data)], payer=PAYER.address, blockhash=BLOCKHASH)


def _room_for_data() -> int:
    """Data bytes that fill a transaction to its limit (lengths from 128 on take two bytes)."""
    return MAX_TRANSACTION_BYTES - len(bytes(unsigned(_message(bytes(200))))) + 200


def test_one_byte_too_large() -> None:
    with pytest.raises(InputError, match="has 1233 bytes and may have 1232; put fewer instructions"):
        _message(bytes(_room_for_data() + 1))


def test_a_message_built_elsewhere_is_measured_before_signing() -> None:
    large = MessageV0.try_compile(PAYER.address, [_instruction(bytes(2000))], [], BLOCKHASH)
    with pytest.raises(InputError, match="may have 1232"):
        sign_message(large, signers=[PAYER, OWNER])


def test_missing_signer_is_named() -> None:
    with pytest.raises(InputError, match=f"needs the signature of {OWNER.address}; pass the wallet") as caught:
        sign_message(_message(), signers=[PAYER])
    assert caught.value.facts["missing"] == (str(OWNER.address),)


def test_unneeded_signer_is_named() -> None:
    with pytest.raises(InputError, match=f"{STRANGER.address} signs nothing") as caught:
        sign_message(_message(), signers=[PAYER, OWNER, STRANGER])
    assert caught.value.facts["unneeded"] == (str(STRANGER.address),)


def test_exactly_full() -> None:
    transaction = sign_message(_message(bytes(_room_for_data())), signers=[PAYER, OWNER])
    assert len(bytes(transaction)) == MAX_TRANSACTION_BYTES


def test_the_payer_signs_first_whatever_the_order_given() -> None:
    transaction = sign_message(_message(), signers=[OWNER, PAYER, OWNER])
    assert transaction.verify_with_results() == [True, True]
    assert signer_addresses(transaction.message) == [PAYER.address, OWNER.address]


def test_unsigned_has_room_for_each_signature() -> None:
    assert unsigned(_message()).signatures == [Signature.default()] * 2


def test_signed_transaction_is_known_by_the_payers_signature() -> None:
    transaction = sign_message(_message(), signers=[PAYER, OWNER])
    signed = SignedTransaction(transaction, 150)
    assert signed.signature == transaction.signatures[0]
    assert signed.raw == bytes(transaction)
