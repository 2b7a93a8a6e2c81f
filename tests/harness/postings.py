"""Transactions that post jobs, as a node keeps them."""

from collections.abc import Iterable
from typing import Any

from harness.history import Archive
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM
from solders.transaction import VersionedTransaction

from nosana_chain.cid import cid_of
from nosana_chain.models.landed_transaction import InnerInstruction, LandedTransaction, Unknown
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.instructions import list_ix, work_ix

MARKET, PAYER, HOST = (Pubkey(letter.encode() * 32) for letter in "mph")


def key(kind: str, number: int) -> Pubkey:
    return Pubkey(f"{kind} {number}".encode().ljust(32, b"."))


def jobs(numbers: Iterable[int]) -> set[Pubkey]:
    return {key("job", number) for number in numbers}


def posting(number: int, market: Pubkey = MARKET) -> LandedTransaction:
    """The posting of a free job to a market where nobody waits."""
    made = {"job": key("job", number), "run": key("run", number)}
    listing = list_ix(**made, market=market, payer=PAYER, definition_cid=cid_of(b"{}"), timeout=60, network=LOCALNET)
    return sent(listing)


def taking(number: int, market: Pubkey = MARKET) -> LandedTransaction:
    """What a host sends that gets a waiting job: its run is made, and the job is not named."""
    working = work_ix(run=key("run", number), market=market, payer=HOST, authority=HOST, network=LOCALNET)
    return sent(working, made=key("run", number))


def sent(instruction: Instruction, made: Pubkey | None = None) -> LandedTransaction:
    """A transaction that succeeded, and had the system program make an account, if any."""
    message = Message.new_with_blockhash([instruction], HOST if made else PAYER, Hash.default())
    keys = list(message.account_keys)
    inner = [InnerInstruction(0, 1, keys.index(SYSTEM), (0, keys.index(made)), bytes(52))] if made else []
    signatures = [Signature.default()] * message.header.num_required_signatures
    return LandedTransaction(
        slot=0,
        error=None,
        fee=None,
        compute_units=None,
        logs=(),
        raw=bytes(VersionedTransaction.populate(message, signatures)),
        loaded=None,
        inner=tuple(inner),
        changes=(),
        unknown=frozenset({Unknown.FEE, Unknown.LOGS, Unknown.BALANCES, Unknown.TOKEN_BALANCES}),
    )


def archive(count: int, **options: Any) -> Archive:
    """A node that keeps so many postings."""
    return Archive([posting(number) for number in range(count)], {}, **options)
