"""Which accounts of Nosana's programs a transaction names, and of which kind they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from solders.pubkey import Pubkey

from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import Network
from nosana_chain.reading.program_calls import ProgramCall, creates, nosana_calls

#: Of each program, the roles that are accounts of a kind, under the name that is also the kind's.
ACCOUNT_ROLES: Mapping[str, frozenset[str]] = {
    "jobs": frozenset({"job", "run", "market", "stake"}),
    "staking": frozenset({"stake"}),
    "rewards": frozenset({"reward", "stake"}),
    "pools": frozenset({"pool"}),
    "nodes": frozenset({"node"}),  # in the jobs program a node is a wallet
    "distributor": frozenset({"distributor", "claim_status"}),
}
#: Instructions that bring a key along for a run, and don't always make it.
_SPARE_RUNS = frozenset({"List", "Work"})


class Mention(NamedTuple):
    """An account that a transaction names.

    Attributes:
        kind: job, run, market, stake, reward, pool, node, distributor, claim_status.
        address: where it is, or was.
    """

    kind: str
    address: Pubkey


def mentions(landed: LandedTransaction, *, network: Network) -> tuple[Mention, ...]:
    """The accounts that a landed transaction names, each once; none where it failed.

    Raises:
        InputError: as `program_calls`.
    """
    calls = nosana_calls(landed, network=network)
    return tuple(dict.fromkeys(mention for call in calls for mention in _of(call)))


def _of(call: ProgramCall) -> Iterator[Mention]:
    spare = call.program == "jobs" and call.name in _SPARE_RUNS and not creates(call, "run")
    for role, address in call.accounts.items():
        if role in ACCOUNT_ROLES[call.program] and not (spare and role == "run"):
            yield Mention(role, address)
