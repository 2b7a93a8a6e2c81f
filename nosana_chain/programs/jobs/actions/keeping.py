"""Keeping a service up."""

from __future__ import annotations

from collections.abc import AsyncIterator

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.cid import digest_of
from nosana_chain.programs.jobs.actions.definitions import DefinedJobs
from nosana_chain.programs.jobs.keeping import Keeper, KeepStep, Service
from nosana_chain.units import NosUnits, Seconds, UnixSeconds


class KeptJobs(DefinedJobs):
    """All that `DefinedJobs` does, and jobs one after the other."""

    def keep_job(
        self,
        market: AddressLike,
        *,
        definition_cid: str,
        name: str,
        max_nos: int,
        timeout: int = 3600,
        until: int | None = None,
    ) -> AsyncIterator[KeepStep]:
        """Keep a service up: `async for step in client.jobs.keep_job(market, name="my-api", ...)`.

        A job is posted, extended before its time is over, and posted anew when it ends before that: by its host, by
        somebody who stopped it, or since its host gave up (then its deposit is fetched back). It goes on until the
        moment or the amount is reached; what fails for now is told, and tried again. Ended and started again with the
        same name, it goes on with the job that is there: keys are made of the name, and each post and extension
        happens once.

        Args:
            market: where to post.
            definition_cid: CIDv0 of the job definition; pin it first.
            name: of the service, such as "my-api": another service of this wallet needs another name.
            max_nos: NOS base units that this call may take in all, network fees included. What comes back of jobs that
                are over is free again, as far as their accounts tell; of one that is gone from the chain all counts as
                taken. What earlier calls took doesn't count: `NosanaClient(budget=...)` holds over all of them.
            timeout: seconds of each post, and of each extension; 120 or more. The last one of a budget may be shorter.
            until: Unix seconds, by the chain's clock: then the job is stopped, and what is left comes back. None for as
                long as `max_nos` lasts; the last job runs out by itself then.

        Network: those of `post_job`, of `extend_job` for each step, and of `wait_for` meanwhile, at most a minute each.
        Safe to retry: yes, with the same name.

        Raises:
            InputError: no name.
            AmountError: `timeout` or `max_nos` is out of range.
            CidError: not a CIDv0.
            NosanaError: while it goes on: what trying again doesn't mend, such as a wallet without NOS.
        """
        digest_of(definition_cid)
        service = Service(
            market=as_address(market, "market"),
            definition_cid=definition_cid,
            name=name,
            step=Seconds(timeout),
            max_nos=NosUnits(max_nos),
            until=None if until is None else UnixSeconds(until),
        )
        return Keeper(self._engine, self, service, self.wait_for).steps()
