"""A job, and the run of a job on a host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, RUN_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.models.cid_text import cid_text
from nosana_chain.one_line import one_line
from nosana_chain.units import NosUnits, Seconds, UnixSeconds


class JobState(IntEnum):
    """Where a job stands. RUNNING is no value on chain: a queued job with a run account is running."""

    QUEUED = 0
    RUNNING = 1
    DONE = 2
    STOPPED = 3  #: its host quit: `recover` gives the deposit back, `claim` lets another host run it
    UNKNOWN = 255  #: any other number on chain, which today's program never writes

    @classmethod
    def _missing_(cls, value: object) -> JobState | None:
        return cls.UNKNOWN if isinstance(value, int) else None


#: By the byte on chain: a call of the class takes as long as all the rest of a job.
_STATES, _DONE = tuple(map(JobState, range(256))), JobState.DONE.value

_read_run = RUN_ACCOUNT.reader("job", "node", "payer", "time")
_read_job = JOB_ACCOUNT.reader(
    "ipfs_job",
    "ipfs_result",
    "market",
    "node",
    "payer",
    "price",
    "project",
    "state",
    "time_end",
    "time_start",
    "timeout",
)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run account: a host is working on a job. It exists only while that lasts.

    Attributes:
        payer: who paid the account's rent and gets it back.
        time: when the host got the job.
    """

    address: Pubkey
    job: Pubkey
    node: Pubkey
    payer: Pubkey
    time: UnixSeconds

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Run:
        """Read a run from the bytes of its account."""
        job, node, payer, time = _read_run(data)
        return _run(address, key(job), key(node), key(payer), time)


@cid_text(definition_cid="", result_cid=None)
@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job account, together with its run while there is one.

    Attributes:
        definition_cid: CIDv0 of the job definition.
        result_cid: CIDv0 of the result; None while there is none.
        payer: whose NOS and rent were locked, and who gets the rest back.
        project: who may extend, stop and recover the job.
        price: NOS base units per second, as the market's was when the job was posted.
        timeout: longest time to run, in seconds; price x timeout is locked in the market's vault.
        node: the host that ran the job; None until it is done.
        time_start: when the run began; None until the job is done (see `run.time` before).
        time_end: when the run ended; None until the job is done.
        run: the run account while a host works on the job, as far as it was looked for. A stopped job that another
            host claimed has one too.
    """

    address: Pubkey
    definition_cid: str
    result_cid: str | None
    market: Pubkey
    payer: Pubkey
    project: Pubkey
    price: NosUnits
    timeout: Seconds
    state: JobState
    node: Pubkey | None
    time_start: UnixSeconds | None
    time_end: UnixSeconds | None
    run: Run | None

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Job:
        """Read a job from the bytes of its account, which don't tell whether it is running."""
        definition, result, market, node, payer, price, project, stored, end, start, timeout = _read_job(data)
        if stored == _DONE:
            node = key(node)
        else:
            node = start = end = None
        payer, project, state = key(payer), key(project), _STATES[stored]
        return _job(
            address, definition, result, key(market), payer, project, price, timeout, state, node, start, end, None
        )

    def with_run(self, run: Run | None) -> Job:
        """The same job, known to run (`run` is its run account) or not. One that is done doesn't run any more."""
        if run is None or self.state is JobState.DONE:
            return self
        return replace(self, run=run, state=JobState.RUNNING if self.state is JobState.QUEUED else self.state)

    @property
    def deposit(self) -> NosUnits:
        """NOS base units that the job's whole timeout costs."""
        return NosUnits(self.price * self.timeout)

    @property
    def reward(self) -> NosUnits | None:
        """NOS base units that the host was paid: min(elapsed, timeout) x price. None until the job is done."""
        if self.time_start is None or self.time_end is None:
            return None
        return NosUnits(min(self.time_end - self.time_start, self.timeout) * self.price)


_run, _job = by_position(Run), by_position(Job)
