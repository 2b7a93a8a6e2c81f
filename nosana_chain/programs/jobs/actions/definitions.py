"""Jobs by their definition: from the file to the job, and from the job to its result, with IPFS between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.cid import cid_of
from nosana_chain.errors import InputError, NotPinnedError, Retry, WrongStateError
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.ipfs.pinning import Pinning, pinned
from nosana_chain.job_definition import MAX_JOB_BYTES, JobDefinition
from nosana_chain.job_definition.check import check_job_value
from nosana_chain.job_definition.services import ExposedServices, exposed_services
from nosana_chain.models.flow_state import FlowState
from nosana_chain.models.job import Job, JobState
from nosana_chain.programs.jobs.actions.jobs import Jobs
from nosana_chain.programs.jobs.results import JobResult, PostedJob
from nosana_chain.wallet import Signer
from nosana_chain.web.host import HostApi


class DefinedJobs(Jobs):
    """All that `Jobs` does, and what has to do with definitions and results, which are on IPFS."""

    async def post_definition(
        self,
        market: AddressLike,
        *,
        definition: JobDefinition,
        pinning: Pinning | None,
        timeout: int,
        host: AddressLike | None = None,
        idempotency_key: str | None = None,
        max_nos: int | None = None,
        payer: Signer | None = None,
        allow_unpinned: bool = False,
        allow_invalid: bool = False,
    ) -> PostedJob:
        """Check a definition, pin it, and post it: in this order, so that nothing is paid for what nobody can run.

        To see first what it would take, ask `post_job(market, definition_cid=definition.cid, …)` for its quote.

        Args:
            market: where to post.
            definition: of `check_job_definition(path).require_valid()`, `read_job_definition` or `make_job_definition`.
            pinning: what keeps it on IPFS: `Pinata(jwt)`, `Kubo(url)`, or anything else with the same method. The CID
                that it tells must be the definition's own.
            timeout: longest time to run, in seconds, 1 to 2**63-1.
            host: as in `post_job`.
            idempotency_key: as in `post_job`. The same call again, with the same key, is the same job.
            max_nos: as in `post_job`.
            payer: as in `post_job`.
            allow_unpinned: post although `pinning` is None, since it is pinned already, or will be.
            allow_invalid: post what Nosana's validators refuse.

        Network: those of `pinning`, then those of `post_job`. Safe to retry: as `post_job`.

        Raises:
            JobDefinitionError: Nosana's own validators would refuse it.
            NotPinnedError: it couldn't be pinned, or nothing shall pin it; nothing was paid.
            ContentMismatchError: it was pinned under another CID; nothing was paid.
            NosanaError: what `post_job` raises.
        """
        if not allow_invalid:
            check_job_value(_value_of(definition)).require_valid()
        action = self.post_job(  # before anything is pinned: it tells what can't be meant
            market,
            definition_cid=definition.cid,
            timeout=timeout,
            host=host,
            idempotency_key=idempotency_key,
            max_nos=max_nos,
            payer=payer,
        )
        try:
            if not allow_unpinned or pinning is not None:
                await _pin(definition, pinning)
        except BaseException:
            action.close()
            raise
        return await action

    async def fetch_result(self, job: AddressLike, *, gateways: Gateways | None = None) -> JobResult:
        """What a job did: its result, by the CID that its host wrote on chain, and held to it.

        Args:
            job: one that is done.
            gateways: where to look for it; default: those of NOSANA_IPFS_GATEWAYS, or else public ones.

        Network: those of `fetch_job`, and those of `Gateways.fetch`.

        Raises:
            NotFoundError: no job there; one that was cleaned is gone from the chain.
            WrongStateError: it has no result, or not yet.
            NotFetchedError: no gateway has it.
            ContentMismatchError: what gateways gave is something else.
        """
        found = await self.fetch_job(as_address(job, "job"))
        if found.result_cid is None:
            raise _without_result(found)
        content = await _fetched(found.result_cid, gateways)
        return JobResult(job=found, cid=found.result_cid, content=content, flow=_flow(content))

    async def fetch_definition(self, job: AddressLike, *, gateways: Gateways | None = None) -> JobDefinition:
        """The definition that a job was posted with, held to the CID on chain. That of a confidential job is a stub.

        Network: those of `fetch_job`, and those of `Gateways.fetch`.

        Raises:
            NotFoundError: no job there.
            NotFetchedError: no gateway has it.
            ContentMismatchError: what gateways gave is something else.
        """
        found = await self.fetch_job(as_address(job, "job"))
        content = await _fetched(found.definition_cid, gateways, most=MAX_JOB_BYTES)
        return JobDefinition(path=None, content=content, cid=cid_of(content))

    async def fetch_services(
        self, job: AddressLike, *, definition: JobDefinition | None = None, gateways: Gateways | None = None
    ) -> ExposedServices:
        """The addresses of the services that a job exposes, which are there once it runs.

        Args:
            job: the job.
            definition: its real definition; fetched, where it isn't given. A confidential job's must be.
            gateways: where to look for it.

        Network: none with a definition; else those of `fetch_definition`.

        Raises:
            InputError: the definition is no JSON object.
            NosanaError: what `fetch_definition` raises.
        """
        address = as_address(job, "job")
        found = definition or await self.fetch_definition(address, gateways=gateways)
        return exposed_services(_value_of(found), address, network=self._network)

    def reach_host(self, node: AddressLike, *, url: str | None = None) -> HostApi:
        """The API of a host, with the wallet as the owner of jobs on it.

        Args:
            node: the host: `run.node` of a job that runs.
            url: in place of its public one.

        Network: none. Raises: InputError: no address.
        """
        return HostApi(node, network=self._network, signer=self._engine.wallet, url=url)


async def _pin(definition: JobDefinition, pinning: Pinning | None) -> None:
    if pinning is None:
        raise _unpinned(definition)
    await pinned(definition.content, pinning)


async def _fetched(cid: str, gateways: Gateways | None, **limits: int) -> bytes:
    if gateways is not None:
        return await gateways.fetch(cid, **limits)
    async with Gateways() as own:
        return await own.fetch(cid, **limits)


def _value_of(definition: JobDefinition) -> Mapping[str, Any]:
    try:
        value = json.loads(definition.content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError(f"the definition {definition.cid} is not a JSON object", cid=definition.cid)
    return value


def _flow(content: bytes) -> FlowState | None:
    try:
        return FlowState.read(content)
    except InputError:
        return None


def _unpinned(definition: JobDefinition) -> NotPinnedError:
    error = NotPinnedError(
        f"nothing pins {definition.cid}, so no host could fetch it, and nothing was paid: give pinning=Pinata(...) or "
        "Kubo(...), or allow_unpinned=True where it is pinned already",
        cid=definition.cid,
        endpoint="",
    )
    error.retry = Retry.NEVER
    return error


def _without_result(job: Job) -> WrongStateError:
    reason = "it was ended before its host wrote one" if job.state is JobState.DONE else "it is not done yet"
    return WrongStateError(
        f"the job {job.address} has no result: {reason}", address=str(job.address), state=job.state.name
    )
