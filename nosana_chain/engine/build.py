"""Building and signing transactions. Pure: nothing here talks to a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.lifetime import Lifetime, NonceLifetime
from nosana_chain.errors import InputError
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.wallet import LocalSigner

MAX_TRANSACTION_BYTES = 1232  #: PACKET_DATA_SIZE of the validator: IPv6's least MTU without its headers
_SIGNATURE_BYTES = 64
_COUNT_BYTES = 1  # compact-u16 of a signature count below 128


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction that may be sent, any number of times: it lands at most once.

    Attributes:
        transaction: the signed transaction.
        lifetime: until when it can land.
    """

    transaction: VersionedTransaction
    lifetime: Lifetime | NonceLifetime

    @property
    def signature(self) -> Signature:
        """The fee payer's signature, by which the transaction is looked up."""
        return self.transaction.signatures[0]

    @property
    def raw(self) -> bytes:
        """The bytes that are sent."""
        return bytes(self.transaction)


def build_message(instructions: Sequence[Instruction], *, payer: Pubkey, blockhash: Hash) -> MessageV0:
    """A message of `instructions`, in their order, whose fee `payer` pays.

    Raises:
        InputError: the transaction would be larger than 1,232 bytes.
    """
    message = MessageV0.try_compile(payer, list(instructions), [], blockhash)
    check_size(message)
    return message


def unsigned(message: MessageV0) -> VersionedTransaction:
    """A transaction of `message` with empty signatures, for simulating."""
    return VersionedTransaction.populate(message, [Signature.default()] * len(signer_addresses(message)))


def sign_message(message: MessageV0, *, signers: Iterable[LocalSigner]) -> VersionedTransaction:
    """`message` with the signature of each of its signers, whose keys are here. One who is given twice signs once.

    Raises:
        InputError: a signer is missing, one isn't needed, or the transaction is larger than 1,232 bytes.
    """
    check_size(message)
    by_address = {signer.address: signer for signer in signers}
    check_signers(message, by_address)
    content = to_bytes_versioned(message)
    return with_signatures(message, {address: signer.sign(content) for address, signer in by_address.items()})


def with_signatures(message: AnyMessage, signatures: Mapping[Pubkey, Signature]) -> VersionedTransaction:
    """`message` with these signatures, and empty ones in the places of all others."""
    empty = Signature.default()
    return VersionedTransaction.populate(
        message, [signatures.get(address, empty) for address in signer_addresses(message)]
    )


def signer_addresses(message: AnyMessage) -> list[Pubkey]:
    """Who must sign `message`, in the order of the signatures; the fee payer is the first."""
    return message.account_keys[: message.header.num_required_signatures]


def check_signers(message: AnyMessage, given: Iterable[Pubkey]) -> None:
    """InputError unless `given` are exactly those who must sign `message`."""
    missing = _names(set(signer_addresses(message)) - set(given))
    if missing:
        raise InputError(
            f"the transaction also needs the signature of {', '.join(missing)}; pass the wallet of that address",
            missing=missing,
        )
    check_needed(message, given)


def check_needed(message: AnyMessage, given: Iterable[Pubkey]) -> None:
    """InputError unless all of `given` must sign `message`."""
    unneeded = _names(set(given) - set(signer_addresses(message)))
    if unneeded:
        raise InputError(
            f"{', '.join(unneeded)} signs nothing in this transaction; leave that wallet out", unneeded=unneeded
        )


def _names(addresses: Iterable[Pubkey]) -> tuple[str, ...]:
    return tuple(sorted(str(address) for address in addresses))


def check_size(message: AnyMessage) -> None:
    """InputError if the transaction of `message` is larger than 1,232 bytes."""
    signatures = message.header.num_required_signatures * _SIGNATURE_BYTES
    size = _COUNT_BYTES + signatures + len(to_bytes_versioned(message))
    if size > MAX_TRANSACTION_BYTES:
        raise InputError(
            f"the transaction has {size} bytes and may have {MAX_TRANSACTION_BYTES}; put fewer instructions into it",
            size_bytes=size,
            max_size_bytes=MAX_TRANSACTION_BYTES,
        )
