"""From a transaction that landed and succeeded to its receipt. Pure."""

from __future__ import annotations

from solders.transaction import VersionedTransaction

from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.reading.explain_transaction import fits, movements_of
from nosana_chain.reading.fees import charged_fee


def receipt_of(
    transaction: VersionedTransaction, *, slot: int, network: Network, landed: LandedTransaction | None
) -> Receipt:
    """The receipt of a transaction that is known to have succeeded, with what is unknown left out.

    Args:
        transaction: as it was signed and sent.
        slot: where it landed.
        network: whose mint NOS is.
        landed: what the cluster keeps about it; None where no endpoint tells. One that doesn't fit the transaction
            tells nothing either.
    """
    if landed is None or not fits(landed, transaction):
        unread = tuple(sorted(fact.value for fact in Unknown if fact is not Unknown.OUTCOME))
        return Receipt(
            signature=transaction.signatures[0], slot=slot, fee=None, compute_units=None, logs=(), unknown=unread
        )
    return Receipt(
        signature=transaction.signatures[0],
        slot=landed.slot,
        fee=charged_fee(landed, transaction.message),
        compute_units=landed.compute_units,
        logs=landed.logs,
        block_time=landed.block_time,
        movements=movements_of(transaction, network=network, landed=landed),
        unknown=tuple(sorted(fact.value for fact in landed.unknown)),
    )
