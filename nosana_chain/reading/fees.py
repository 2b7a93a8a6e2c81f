"""What a transaction pays for itself: for its signatures, and for being taken early. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from solders import compute_budget
from solders.pubkey import Pubkey

from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.units import Lamports

LAMPORTS_PER_SIGNATURE = 5_000  #: FeeStructure of the runtime, on every public cluster
MAX_UNIT_LIMIT = 1_400_000  #: a higher limit counts as this one (MAX_COMPUTE_UNIT_LIMIT of the runtime)
MICRO_LAMPORTS = 10**6  #: a price is in micro-lamports for one compute unit

#: Programs whose instructions begin with the number of signatures that they check, each paid like one of the
#: transaction's own (the runtime's get_precompile_signature_details).
_PRECOMPILES = frozenset(
    Pubkey.from_string(address)
    for address in (
        "Ed25519SigVerify111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
    )
)

_LIMIT, _PRICE = b"\x02", b"\x03"  # SetComputeUnitLimit(u32), SetComputeUnitPrice(u64)


def base_fee(message: AnyMessage) -> Lamports:
    """Lamports for the signatures of a transaction, and for those that it has precompiled programs check."""
    checked = sum(data[0] for program, data in _calls(message) if program in _PRECOMPILES and data)
    return Lamports(LAMPORTS_PER_SIGNATURE * (message.header.num_required_signatures + checked))


def priority_fee(message: AnyMessage) -> Lamports | None:
    """Lamports that a transaction offers for being taken early: limit x price, rounded up.

    None where it sets a price and no limit: what the runtime then grants has changed between its versions.
    """
    limit, price = _budget(message, _LIMIT, 4), _budget(message, _PRICE, 8)
    if not price:
        return Lamports(0)
    return None if limit is None else Lamports(-(-min(limit, MAX_UNIT_LIMIT) * price // MICRO_LAMPORTS))


def charged_fee(landed: LandedTransaction, message: AnyMessage) -> Lamports | None:
    """Lamports that a landed transaction cost its fee payer; None where nothing tells it.

    Exact where the endpoint tells all balances. Where it tells a fee alone, that may lack the priority fee: then what
    the message offers is what was charged.
    """
    offered = priority_fee(message)
    if landed.fee is None or offered is None or Unknown.BALANCES not in landed.unknown:
        return landed.fee
    return Lamports(max(landed.fee, base_fee(message) + offered))


def _budget(message: AnyMessage, number: bytes, size: int) -> int | None:
    """The argument of an instruction of the compute budget; None where there is none."""
    for program, data in _calls(message):
        if program == compute_budget.ID and data[:1] == number and len(data) > size:
            return int.from_bytes(data[1 : 1 + size], "little")
    return None


def _calls(message: AnyMessage) -> Iterator[tuple[Pubkey, bytes]]:
    """Program and data of each instruction; a program never stands in a lookup table."""
    keys = message.account_keys
    for instruction in message.instructions:
        if instruction.program_id_index < len(keys):
            yield keys[instruction.program_id_index], bytes(instruction.data)
