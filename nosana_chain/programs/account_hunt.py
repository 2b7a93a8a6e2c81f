"""Which transactions name the accounts that are looked for, by their kind and by the keys that they must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import base58
import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.bindings.layouts import distributor, nodes, pools, rewards, staking
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.engine.addresses.source import Source
from nosana_chain.models.job import Job, JobState

#: How the accounts of a kind begin.
KINDS: Mapping[bytes, str] = {
    JOB_ACCOUNT.discriminator: "job",
    RUN_ACCOUNT.discriminator: "run",
    MARKET_ACCOUNT.discriminator: "market",
    staking.STAKE_ACCOUNT.discriminator: "stake",
    rewards.REWARD_ACCOUNT.discriminator: "reward",
    pools.POOL_ACCOUNT.discriminator: "pool",
    nodes.NODE_ACCOUNT.discriminator: "node",
    distributor.MERKLE_DISTRIBUTOR.discriminator: "distributor",
    distributor.CLAIM_STATUS.discriminator: "claim_status",
}
_KEY = 32  # bytes
_HOST_OF_JOB = "job", JOB_ACCOUNT.field("node").offset
_HOST_OF_RUN, _JOB_OF_RUN = ("run", RUN_ACCOUNT.field("node").offset), ("run", RUN_ACCOUNT.field("job").offset)
#: Keys whose own transactions don't name every account that holds them: `list` names no host, and `work` no job.
_UNNAMED = {_HOST_OF_JOB, _HOST_OF_RUN, _JOB_OF_RUN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes:
        kind: of account.
        keys: offset -> key that its data must hold there.
        filters: all that it must pass.
    """

    kind: str
    keys: Mapping[int, Pubkey]
    filters: Sequence[int | tuple[int, bytes]]

    @classmethod
    def by(cls, filters: Iterable[int | Memcmp]) -> Wanted | None:
        """What these filters ask for; None where they name no known kind."""
        plain = [_plain(one) for one in filters]
        parts = [one for one in plain if isinstance(one, tuple)]
        kind = next((KINDS[wanted] for offset, wanted in parts if offset == 0 and wanted in KINDS), None)
        keys = {offset: Pubkey(wanted) for offset, wanted in parts if len(wanted) == _KEY}
        return None if kind is None else cls(kind, keys, plain)

    def passes(self, data: bytes) -> bool:
        """Whether an account with this data passes all filters."""
        return all(
            len(data) == one if isinstance(one, int) else data[one[0] : one[0] + len(one[1])] == one[1]
            for one in self.filters
        )

    @property
    def naming(self) -> list[Pubkey]:
        """The keys each of whose transactions alone name every such account: what is narrow comes last."""
        return [key for offset, key in self.keys.items() if (self.kind, offset) not in _UNNAMED]

    @property
    def job(self) -> Pubkey | None:
        """The job whose run is looked for, if it is that."""
        return self._key(_JOB_OF_RUN)

    @property
    def host(self) -> Pubkey | None:
        """The host whose jobs or runs are looked for, if it is that."""
        return self._key(_HOST_OF_JOB) or self._key(_HOST_OF_RUN)

    def _key(self, place: tuple[str, int]) -> Pubkey | None:
        return self.keys.get(place[1]) if self.kind == place[0] else None


def _plain(wanted: int | Memcmp) -> int | tuple[int, bytes]:
    if isinstance(wanted, int):
        return wanted
    told = msgspec.json.decode(wanted.to_json())["bytes"]
    return wanted.offset, base58.b58decode(told) if isinstance(told, str) else bytes(told)


class Grow(Protocol):
    """Reads the transactions of an address, back to a slot, and gives what is known of them."""

    async def __call__(self, address: Pubkey, *, down_to: int = 0) -> Source:
        """What is known once all transactions of `down_to` and later have been read."""
        ...


class Fetch(Protocol):
    """Reads one account."""

    async def __call__(self, address: Pubkey) -> Account | None:
        """The account at `address`; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Posting:
    """A job that isn't done, as far as its run must be looked for.

    Attributes:
        market: of the job, whose transactions name the run.
        slot: in which the job was first named: no run of it is older.
    """

    market: Pubkey
    slot: int


class Hunt:
    """Finds out which transactions to read, and has them read.

    Args:
        grow: reads the transactions of an address.
        fetch: reads an account.
        postings: what is known of jobs that aren't done; more is noted there.
    """

    def __init__(self, grow: Grow, fetch: Fetch, postings: dict[Pubkey, Posting]) -> None:
        self._grow = grow
        self._fetch = fetch
        self._postings = postings

    async def sources(
        self, wanted: Wanted, *, known: Iterable[Pubkey], hints: Sequence[Pubkey], program: Pubkey
    ) -> dict[Pubkey, Source]:
        """The addresses whose transactions, all read, name what is wanted.

        Args:
            wanted: what is looked for.
            known: addresses whose transactions have been read already, and are taken first.
            hints: addresses to look at where the keys don't say.
            program: the last resort: it is named by all.
        """
        if naming := wanted.naming:
            read_before = [key for key in naming if key in set(known)]
            return await self._all({(read_before or naming)[-1]: 0})
        if wanted.job:
            return await self._of_run(wanted.job)
        if wanted.host:
            return await self._of_host(wanted.host)
        return await self._all({market: self._posted_since(market) for market in hints} or {program: 0})

    def note(self, jobs: Iterable[tuple[Pubkey, Account]], sources: Iterable[Source]) -> None:
        """Remember where the runs of jobs would be found."""
        firsts = {job: slots[0] for source in sources for job, slots in source.seen.get("job", {}).items()}
        for address, account in jobs:
            job = Job.decode(address, account.data)
            if job.state is JobState.DONE:
                self._postings.pop(address, None)
            else:
                self._postings[address] = Posting(job.market, firsts.get(address, 0))

    async def _of_run(self, job: Pubkey) -> dict[Pubkey, Source]:
        """A run's job is named where the job was posted to a waiting host, and by `claim`; else its market alone is."""
        own = await self._grow(job)
        if job not in self._postings:
            account = await self._fetch(job)
            if account is not None and account.data.startswith(JOB_ACCOUNT.discriminator):
                self.note([(job, account)], [own])
        posting = self._postings.get(job)
        markets = {posting.market: posting.slot} if posting else {}
        return {job: own} | await self._all(markets)

    async def _of_host(self, host: Pubkey) -> dict[Pubkey, Source]:
        """A host gets jobs in markets alone that its own transactions name, and not before they do."""
        own = await self._grow(host)
        joined = {market: slots[0] for market, slots in own.seen.get("market", {}).items()}
        return {host: own} | await self._all(joined)

    async def _all(self, down_to: Mapping[Pubkey, int]) -> dict[Pubkey, Source]:
        return {address: await self._grow(address, down_to=slot) for address, slot in down_to.items()}

    def _posted_since(self, market: Pubkey) -> int:
        """The slot of the oldest posting in a market that isn't known to be done; 0 where none is known."""
        return min((one.slot for one in self._postings.values() if one.market == market), default=0)
