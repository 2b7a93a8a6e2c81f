"""A host's own API: what the owner of a job can ask the machine that runs it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import msgspec
from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.errors import ConfigError, HostRefusedError, InputError, OffChainError
from nosana_chain.job_definition import JobDefinition
from nosana_chain.job_definition.confidential import confidential_stub
from nosana_chain.models.flow_state import FlowState
from nosana_chain.networks import Network
from nosana_chain.secret import SecretText
from nosana_chain.wallet import Signer
from nosana_chain.web.authorization import HOST_MESSAGE, now_ms, sign_authorization
from nosana_chain.web.events import EventError, EventReader
from nosana_chain.web.exchange import Answer, Refused, Service, Unanswered, refused
from nosana_chain.wire.texts import printable

MAX_RESULT_BYTES = 64 * 1024 * 1024
_MAX_ANSWER_BYTES = 1024 * 1024
_PAUSE_SECONDS = 5.0  # between two tries, as the official command line has it

#: While a host waits for something else.
_NOT_YET = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, *(range(500, 600)))
#: As to a stranger. One that doesn't see the job on chain yet may say so, too, but not for long.
_STRANGER = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_MOST_STRANGER = 6  # answers of that kind: half a minute

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEndpoint:
    """A service of a running job, as its host tells it.

    Attributes:
        url: where it is reached. That of a private service is told by nobody else.
        op_id: the operation.
        port: as it is written.
        status: ONLINE, OFFLINE, or UNKNOWN where there is no health check.
    """

    url: str
    op_id: str
    port: str
    status: str


class HostApi:
    """The API of one host. Inside `async with` it keeps its connection.

    What the host answers is its word alone: nothing on chain proves it.

    Args:
        node: the host's address.
        network: whose hosts' domain is taken.
        signer: the job's project, which alone may ask about a job; None for what is public.
        url: in place of the host's public one.
        timeout_seconds: for one exchange.
        sleep: waits for seconds.

    Raises:
        InputError: `node` is no address.
    """

    def __init__(
        self,
        node: AddressLike,
        *,
        network: Network,
        signer: Signer | None = None,
        url: str | None = None,
        timeout_seconds: float = 30,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.node = as_address(node, "node")
        self._service = Service(url or f"https://{self.node}.{network.node_domain}", timeout_seconds=timeout_seconds)
        self._signer = signer
        self._sleep = sleep

    def __repr__(self) -> str:
        """Which host, and where."""
        return f"<HostApi {self.node} at {self._service.shown}>"

    async def __aenter__(self) -> Self:
        await self._service.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        await self._service.aclose()

    async def fetch_info(self) -> Mapping[str, Any]:
        """What the host tells everybody: `state`, `uptime`, `info` about the machine. Network: 1 exchange.

        Raises:
            OffChainError: it can't be reached, or answers with something else.
        """
        return self._object(await self._ask("GET", "node/info"))

    async def fetch_endpoints(self, job: AddressLike) -> tuple[HostEndpoint, ...]:
        """The services of a running job, private ones too. Network: 1 exchange.

        Raises:
            HostRefusedError: there are none yet, or the signer isn't the job's project.
            OffChainError: the host can't be reached, or answers with something else.
        """
        told = self._object(await self._owned("GET", job, "endpoints")).get("urls")
        listed = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
        return tuple(_endpoint(each) for each in listed if isinstance(each, dict) and each.get("url"))

    def watch_flow(self, job: AddressLike) -> AsyncIterator[FlowState]:
        """How a job goes, told at each change, until it ends; without logs. Network: 1 exchange that stays open.

        Raises:
            HostRefusedError: on a wait: the host has no such job, or the signer isn't its project.
            OffChainError: on a wait: it breaks off, or sends something else.
        """
        return self._flows(as_address(job, "job"))

    async def _flows(self, address: Pubkey) -> AsyncIterator[FlowState]:
        reader = EventReader()
        headers = {"Authorization": await self._authorization(HOST_MESSAGE), "Accept": "text/event-stream"}
        try:
            async for chunk in self._service.chunks(f"job/{address}/info", headers=headers):
                for data in reader.feed(chunk):
                    yield FlowState.read(data.encode())
        except Refused as error:
            raise self._refusal(error.answer, headers["Authorization"]) from None
        except (Unanswered, EventError, InputError) as error:
            raise self._failure(f"broke off the job's events: {error}") from None

    async def send_definition(
        self, job: AddressLike, definition: JobDefinition, *, within: float = 600, posted_cid: str | None = None
    ) -> None:
        """Give the host the real definition of a confidential job, as soon as it waits for it.

        Args:
            job: it was posted with `confidential_stub()`, and runs on this host.
            definition: the real one.
            within: seconds to try for.
            posted_cid: of the definition that is on chain, where it is another one than that stub.

        Network: 1 exchange every 5 s. Safe to retry: yes; a host that has it refuses a second one.

        Raises:
            HostRefusedError: the signer isn't the job's project, or the host doesn't wait for it within that time.
            OffChainError: the host can't be reached within that time.
        """
        message = posted_cid or confidential_stub().cid
        headers = {"Content-Type": "application/json"}
        await self._until_taken(
            "POST", job, "job-definition", within, message, content=definition.content, headers=headers
        )

    async def fetch_results(self, job: AddressLike, *, within: float = 600, posted_cid: str | None = None) -> FlowState:
        """What a confidential job did, once it is done. **The host waits 60 s to be asked**, and forgets it then.

        Args:
            job: a confidential job on this host.
            within: seconds to try for: the time that it may still run, and more.
            posted_cid: as in `send_definition`.

        Network: 1 exchange every 5 s. Safe to retry: no, the host gives it once.

        Raises:
            HostRefusedError: the signer isn't the job's project, or there is none within that time.
            OffChainError: the host can't be reached within that time, or answers with something else.
        """
        message = posted_cid or confidential_stub().cid
        answer = await self._until_taken("GET", job, "results", within, message)
        try:
            return FlowState.read(answer.body)
        except InputError as error:
            raise self._failure(f"gave no result that can be read: {error}") from None

    async def stop_job(self, job: AddressLike) -> None:
        """End a job now, as if its time were over: its host finishes it, and is paid for its seconds.

        Network: 1 exchange. Safe to retry: yes. On chain, `client.jobs.stop_job` does as much without the host.

        Raises:
            HostRefusedError: the host has no such job, or the signer isn't its project.
            OffChainError: the host can't be reached.
        """
        await self._owned("POST", job, "stop")

    async def _until_taken(
        self, method: str, job: AddressLike, path: str, within: float, message: str, **request: Any
    ) -> Answer:
        """Ask every few seconds, while the host isn't there yet or waits for something else."""
        end, as_stranger = time.monotonic() + within, 0
        while True:
            try:
                return await self._owned(method, job, path, message, **request)
            except OffChainError as error:
                status = error.status if isinstance(error, HostRefusedError) else HTTPStatus.SERVICE_UNAVAILABLE
                as_stranger += status in _STRANGER
                is_over = as_stranger >= _MOST_STRANGER or status not in (*_NOT_YET, *_STRANGER)
                if is_over or time.monotonic() + _PAUSE_SECONDS > end:
                    raise
            await self._sleep(_PAUSE_SECONDS)

    async def _owned(
        self, method: str, job: AddressLike, path: str, message: str = HOST_MESSAGE, **request: Any
    ) -> Answer:
        address = as_address(job, "job")
        headers = {**request.pop("headers", {}), "Authorization": await self._authorization(message)}
        return await self._ask(method, f"job/{address}/{path}", headers=headers, **request)

    async def _authorization(self, message: str) -> SecretText:
        if self._signer is None:
            raise ConfigError("asking a host about a job takes the wallet of its project; this one only reads")
        return await sign_authorization(self._signer, message, time_ms=now_ms())

    async def _ask(self, method: str, path: str, **request: Any) -> Answer:
        most = MAX_RESULT_BYTES if path.endswith("/results") else _MAX_ANSWER_BYTES
        try:
            answer = await self._service.ask(method, path, most=most, **request)
        except Unanswered as error:
            raise self._failure(str(error)) from None
        if not answer.is_ok:
            raise self._refusal(answer, request.get("headers", {}).get("Authorization", ""))
        return answer

    def _object(self, answer: Answer) -> Mapping[str, Any]:
        try:
            found = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise self._failure("answered with something else than a JSON object")
        return found

    def _failure(self, reason: str) -> OffChainError:
        return refused(OffChainError, self._service, reason)

    def _refusal(self, answer: Answer, authorization: str) -> OffChainError:
        words = self._service.words(answer, secrets=authorization.split(":"))
        return refused(HostRefusedError, self._service, f"refused: {words}", status=answer.status)


def _endpoint(told: Mapping[str, Any]) -> HostEndpoint:
    url = printable(str(told["url"]))
    return HostEndpoint(
        url=url if "://" in url else f"https://{url}",
        op_id=printable(str(told.get("opID", ""))),
        port=printable(str(told.get("port", ""))),
        status=printable(str(told.get("status", "UNKNOWN"))),
    )
