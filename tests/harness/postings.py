"""Transactions that post jobs, as a node keeps them."""

from collections.abc import Iterable
from typing import Any

from harness.history import Archive
from solders.hash import Hash
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.cid import cid_of
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.instructions import list_ix

MARKET, PAYER = (Pubkey(letter.encode() * 32) for letter in "mp")


def key(kind: str, number: int) -> Pubkey:
    return Pubkey(f"{kind} {number}".encode().ljust(32, b"."))


def jobs(numbers: Iterable[int]) -> set[Pubkey]:
    return {key("job", number) for number in numbers}


def posting(number: int, market: Pubkey = MARKET) -> LandedTransaction:
    """The posting of a free job to a market where nobody waits."""
    made = {"job": key("job", number), "run": key("run", number)}
    listing = list_ix(**made, market=market, payer=PAYER, definition_cid=cid_of(b"{}"), timeout=60, network=LOCALNET)
    message = Message.new_with_blockhash([listing], PAYER, Hash.default())
    signatures = [Signature.default()] * message.header.num_required_signatures
    return LandedTransaction(
        slot=0,
        error=None,
        fee=None,
        compute_units=None,
        logs=(),
        raw=bytes(VersionedTransaction.populate(message, signatures)),
        loaded=None,
        inner=(),
        changes=(),
    )


def archive(count: int, **options: Any) -> Archive:
    """A node that keeps so many postings."""
    return Archive([posting(number) for number in range(count)], {}, **options)
