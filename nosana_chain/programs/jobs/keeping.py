"""Keeping a service up: one job after the other, each extended in time, until a moment or an amount is reached.

Every step can be made twice without paying twice: a post by its idempotency key, which is made of the service's name
and a number; an extension by the total that it leads to. So whoever is killed and started again goes on.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from solders.pubkey import Pubkey

from nosana_chain.engine.cost import DEAREST_FEE_PART
from nosana_chain.engine.engine import Engine
from nosana_chain.errors import (
    AlreadyDoneError,
    AmountError,
    BoundExceededError,
    InputError,
    NosanaError,
    NotAsQuotedError,
    NotFoundError,
    Retry,
    WaitTimeoutError,
    WrongStateError,
)
from nosana_chain.models.job import JobState
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.actions.jobs import Jobs
from nosana_chain.programs.jobs.formulas import JobProgress
from nosana_chain.programs.jobs.queries import MARKET
from nosana_chain.units import NosUnits, Seconds, UnixSeconds, i64, u64

#: A job is extended when so much of a step is left, but a minute before its end at the latest.
_MARGIN_PART = 4
_LEAST_MARGIN = 60
_LOOK_SECONDS = 60.0  #: a host that gives up is noticed within that
_TROUBLE_SECONDS = 10.0
_NOTHING_YET = Seconds(0)
_LOOKS_IN_VAIN = 3  #: before a job is taken to be gone
_RACE_SECONDS = 1.0
_PRICE_MOVED = (NotAsQuotedError, BoundExceededError)
_LOG = logging.getLogger(__name__)

#: Its host or somebody else was faster; or an extension whose outcome was unknown landed after all.
_RACES = (WrongStateError, NotFoundError, AmountError)


class KeepKind(StrEnum):
    """What was done, or came about."""

    POSTED = "posted"  #: a job was posted, or one is there that an earlier call posted
    STARTED = "started"  #: a host works on it
    EXTENDED = "extended"  #: it got more time
    OVER = "over"  #: it ended before its time: the next one is posted
    STOPPED = "stopped"  #: the moment is reached, and it was ended; what was left came back
    EXHAUSTED = "exhausted"  #: another step would take more than `max_nos`: it runs out
    TROUBLE = "trouble"  #: something failed for now, and is tried again


_ENDS = (KeepKind.STOPPED, KeepKind.EXHAUSTED)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStep:
    """A step of keeping a service up.

    Attributes:
        kind: what it was.
        job: the job that it is about; None where there is none yet.
        timeout: the job's seconds in all by then.
        taken: NOS base units that all jobs took so far, at most: what the present one may still give back is in it.
        error: what failed; None otherwise.
    """

    kind: KeepKind
    job: Pubkey | None
    timeout: Seconds
    taken: NosUnits
    error: NosanaError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is to be kept up.

    Attributes:
        market: where its jobs are posted.
        definition_cid: what they run.
        name: what their idempotency keys are made of.
        step: seconds of each post, and of each extension.
        max_nos: base units that it may take in all.
        until: up to when; None for as long as `max_nos` lasts.

    Raises:
        AmountError: a step of less than two minutes.
    """

    market: Pubkey
    definition_cid: str
    name: str
    step: Seconds
    max_nos: NosUnits
    until: UnixSeconds | None

    def __post_init__(self) -> None:
        if not self.name:
            raise InputError("the service needs a name, of which the keys of its jobs are made")
        i64(self.step, "timeout", minimum=2 * _LEAST_MARGIN)
        u64(self.max_nos, "max_nos")

    @property
    def margin(self) -> int:
        """Seconds before a job's end at which it is extended."""
        return max(_LEAST_MARGIN, self.step // _MARGIN_PART)


class Wait(Protocol):
    """As `Jobs.wait_for`."""

    async def __call__(self, job: Pubkey, *, until: str, within: float) -> Any:
        """Until it stands so; WaitTimeoutError where it doesn't within that time."""


@dataclass(slots=True)
class _Books:
    """What was taken: of jobs that are over what they cost, of the present one all that it locked."""

    service: Service
    over: int = 0
    fees: int = 0
    locked: int = 0

    @property
    def taken(self) -> NosUnits:
        return NosUnits(self.over + self.fees + self.locked)

    def affordable(self, seconds: int, price: int) -> int:
        """The part of `seconds` that is left in the budget, fees included; 0 where it is less than a margin."""
        left = self.service.max_nos - self.taken
        if price and dearest(price * seconds) > left:
            seconds = left * DEAREST_FEE_PART // (price * (DEAREST_FEE_PART + 1))
        return seconds if seconds >= _LEAST_MARGIN else 0

    def pay(self, deposit: int, fee: int | None) -> None:
        """A deposit, and the fee on top; the dearest one where nobody tells."""
        self.locked += deposit
        self.fees += deposit // DEAREST_FEE_PART if fee is None else fee

    def see(self, deposit: int) -> None:
        """What the present job has locked: more than is known where an extension landed that nobody told of."""
        if deposit > self.locked:
            self.pay(deposit - self.locked, None)

    def close(self, cost: int) -> None:
        """The present job is over, and cost that."""
        self.over += cost
        self.locked = 0


def dearest(deposit: int) -> int:
    """What a deposit takes at most, with a network fee on top."""
    return deposit + deposit // DEAREST_FEE_PART


@dataclass(slots=True)
class Keeper:
    """Keeps a service up with the actions of a client.

    Attributes:
        engine: the client's.
        jobs: its actions.
        service: what is kept up.
        wait: waits for what a job comes to, for so many seconds at most; `jobs.wait_for`.
        number: which job of the service it is.
        job: its address; None between two.
        timeout: its seconds in all.
        has_started: whether a host was seen at it.
        missed: how often in a row it wasn't there.
        books: what was taken.
    """

    engine: Engine
    jobs: Jobs
    service: Service
    wait: Wait
    number: int = 0
    job: Pubkey | None = None
    timeout: Seconds = _NOTHING_YET
    has_started: bool = False
    missed: int = 0
    books: _Books = field(init=False)

    def __post_init__(self) -> None:
        self.books = _Books(self.service)

    async def steps(self) -> AsyncIterator[KeepStep]:
        """Every step, as it is made, until the moment or the amount is reached.

        Raises:
            NosanaError: what trying again doesn't mend.
        """
        kind = None
        while kind not in _ENDS:
            try:
                step = await (self._post() if self.job is None else self._look())
            except _RACES as error:
                if self.job is None:
                    raise
                _LOG.info("looking again at %s: %s", self.job, error)
                await self.engine.sleep(_RACE_SECONDS)
                continue
            except NosanaError as error:
                if error.retry is Retry.NEVER and not isinstance(error, _PRICE_MOVED):
                    raise
                step = self._step(KeepKind.TROUBLE, error)
            if step is not None:
                kind = step.kind
                yield step
            if kind is KeepKind.TROUBLE and step is not None:
                await self.engine.sleep(_TROUBLE_SECONDS)

    async def _post(self) -> KeepStep:
        """Post the next job, or find the one that is there."""
        service, connection = self.service, self.engine.connection
        market = await MARKET.fetch(connection, service.market)
        now = await connection.fetch_clock()
        if self._is_reached(now):
            return self._step(KeepKind.STOPPED)
        seconds = self.books.affordable(self._step_from(now), market.job_price)
        if not seconds:
            return self._step(KeepKind.EXHAUSTED)
        while True:
            try:
                posted = await self.jobs.post_job(
                    service.market,
                    definition_cid=service.definition_cid,
                    timeout=seconds,
                    idempotency_key=f"{service.name}#{self.number}",
                    max_nos=dearest(market.job_price * seconds),
                )
            except AlreadyDoneError:  # an earlier call's, which is over and gone
                self.number += 1
                continue
            self.job, self.timeout, self.has_started = posted.job, Seconds(seconds), False
            self.books.pay(posted.deposit, posted.network_fee)
            return self._step(KeepKind.POSTED)

    async def _look(self) -> KeepStep | None:
        """Look at the job once, and do what it asks for; None where it was only waited for."""
        assert self.job is not None  # noqa: S101  posted
        try:
            progress = await self.jobs.fetch_progress(self.job)
        except NotFoundError:
            self.missed += 1
            if self.missed < _LOOKS_IN_VAIN:  # a node that is behind, or lies, must not make it pay for another one
                await self.engine.sleep(_TROUBLE_SECONDS)
                return None
            return self._over(self.books.locked)  # nobody tells what came back of it
        self.missed = 0
        job = progress.job
        self.timeout = job.timeout
        self.books.see(job.deposit)
        if progress.is_stranded or job.state is JobState.DONE:
            return self._over(job.deposit - progress.refund)
        if job.state is JobState.STOPPED and not job.run:
            await self.jobs.recover_job(job.address)
            return self._over(0)
        return await self._go_on(progress)

    async def _go_on(self, progress: JobProgress) -> KeepStep | None:
        """The same, of a job that waits or runs."""
        job = progress.job
        if self._is_reached(progress.now):
            await self.jobs.stop_job(job.address)
            return self._step(KeepKind.STOPPED)
        if job.run and not self.has_started:
            self.has_started = True
            return self._step(KeepKind.STARTED)
        if self._is_due(progress):
            return await self._extend(progress)
        await self._wait(progress)
        return None

    async def _extend(self, progress: JobProgress) -> KeepStep:
        job = progress.job
        seconds = self.books.affordable(self._step_from(progress.now), job.price)
        if not seconds:
            return self._step(KeepKind.EXHAUSTED)
        cost = dearest(job.price * seconds)
        extended = await self.jobs.extend_job(job.address, to=job.timeout + seconds, max_nos=cost)
        self.timeout = extended.timeout
        self.books.pay(extended.deposit, extended.network_fee)
        return self._step(KeepKind.EXTENDED)

    async def _wait(self, progress: JobProgress) -> None:
        """Until it has started or is over, or something is due; a while at most."""
        due = [_LOOK_SECONDS]
        if self.service.until is not None:
            due.append(self.service.until - progress.now)
        if progress.time_left is not None:
            due.append(progress.time_left - self.service.margin)
        within = min(one for one in due if one > 0)
        try:
            await self.wait(progress.job.address, until="done" if progress.job.run else "running", within=within)
        except WaitTimeoutError:
            return

    def _over(self, cost: int) -> KeepStep:
        self.books.close(cost)
        step = self._step(KeepKind.OVER)
        self.job, self.timeout, self.number, self.missed = None, _NOTHING_YET, self.number + 1, 0
        return step

    def _step_from(self, now: int) -> int:
        """Seconds of the next step, which leads no further than to the moment, but for a minute at least."""
        if self.service.until is None:
            return self.service.step
        return max(_LEAST_MARGIN, min(self.service.step, self.service.until - now))

    def _is_reached(self, now: int) -> bool:
        return self.service.until is not None and now >= self.service.until

    def _is_due(self, progress: JobProgress) -> bool:
        """Whether it is time to extend: it runs, its end is near, and is before the moment."""
        if progress.ends_at is None or progress.ends_at - progress.now > self.service.margin:
            return False
        return self.service.until is None or progress.ends_at < self.service.until

    def _step(self, kind: KeepKind, error: NosanaError | None = None) -> KeepStep:
        return KeepStep(kind=kind, job=self.job, timeout=self.timeout, taken=self.books.taken, error=error)
