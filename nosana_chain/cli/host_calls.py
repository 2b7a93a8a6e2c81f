"""What the project of a job asks the host that runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from nosana_chain.cli.result_files import Finding
    from nosana_chain.client import NosanaClient
    from nosana_chain.job_definition import JobDefinition
    from nosana_chain.models.flow_state import FlowState, OpState
    from nosana_chain.web.host import HostApi


class Step(NamedTuple):
    """An operation of a job at a moment."""

    flow: FlowState
    op: OpState


async def fetch_results(client: NosanaClient, job: Any, *, host_url: str | None, within: int) -> Finding:
    """What a confidential job did."""
    from nosana_chain.cli.result_files import Finding

    async with await _host_of(client, job, host_url) as host:
        return Finding.told(job, host.node, await host.fetch_results(job, within=within))


async def fetch_endpoints(client: NosanaClient, job: Any, *, host_url: str | None) -> Any:
    """The services of a running job, private ones too."""
    async with await _host_of(client, job, host_url) as host:
        return await host.fetch_endpoints(job)


async def send_definition(
    client: NosanaClient, job: Any, definition: JobDefinition, *, host_url: str | None, within: int
) -> Any:
    """Give the host a definition; the host's address."""
    async with await _host_of(client, job, host_url) as host:
        await host.send_definition(job, definition, within=within)
        return host.node


async def watch_flow(client: NosanaClient, job: Any, *, host_url: str | None) -> AsyncIterator[Step]:
    """Each change of an operation's status, as the host tells it."""
    told: dict[str, tuple[str, int | None]] = {}
    async with await _host_of(client, job, host_url) as host:
        async for flow in host.watch_flow(job):
            for op in flow.ops:
                if told.get(op.id) != (op.status, op.exit_code):
                    told[op.id] = op.status, op.exit_code
                    yield Step(flow, op)


async def fetch_info(client: NosanaClient, host: Any, *, host_url: str | None) -> Any:
    """What a host tells everybody."""
    async with client.jobs.reach_host(host, url=host_url) as reached:
        return await reached.fetch_info()


async def _host_of(client: NosanaClient, job: Any, host_url: str | None) -> HostApi:
    """The host that runs a job, or ran it: it may still have what it did.

    Raises:
        WrongStateError: none has it.
    """
    from nosana_chain.errors import WrongStateError

    found = await client.jobs.fetch_job(job)
    node = found.run.node if found.run else found.node
    if node is None:
        state = found.state.name
        raise WrongStateError(f"no host runs the job {job}: it is {state.lower()}", address=str(job), state=state)
    return client.jobs.reach_host(node, url=host_url)
