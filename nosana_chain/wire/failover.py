"""Several endpoints of one cluster: a failing one rests, and the next is asked in its place."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from nosana_chain.errors import Retry, RpcClosedError, RpcError, RpcLoopError, RpcUnreachableError, WrongNetworkError
from nosana_chain.wire.deadline import Deadline
from nosana_chain.wire.genesis import GENESIS_REQUEST, wrong_network
from nosana_chain.wire.methods import SEND, only_reads
from nosana_chain.wire.transport import Carrier, RpcRequest

_FIRST_REST = 1.0  # seconds; doubled for each further failure in a row
_LONGEST_REST = 60.0  # seconds
_MOST_DOUBLINGS = 10

# Refusals that are about the endpoint, not about the request: another one may do it.
_ELSEWHERE_CODES = (-32601, -32001, -32007, -32009, -32010, -32011, -32015)
_ELSEWHERE_STATUSES = (401, 402, 403, 404, 405, 410, 413)
_OURS = (RpcClosedError, RpcLoopError)  # no endpoint's fault

_log = logging.getLogger(__name__)


class Cluster:
    """What the endpoints must serve.

    Attributes:
        name: the network's, for messages.
        genesis_hash: None until the first endpoint tells, for a cluster of the user's own: all must serve the same.
    """

    def __init__(self, name: str, genesis_hash: str | None) -> None:
        self.name = name
        self.genesis_hash = genesis_hash


class Member:
    """One endpoint of several: a carrier that is used once it is proven to serve the cluster, and knows how it does.

    Args:
        inner: asks the endpoint.
        cluster: what it must serve.
        clock: seconds that only go forward.

    Attributes:
        wrong: says which other cluster it serves; such an endpoint is never used again.
    """

    def __init__(self, inner: Carrier[Any], cluster: Cluster, clock: Callable[[], float]) -> None:
        self.wrong: WrongNetworkError | None = None
        self._inner = inner
        self._cluster = cluster
        self._clock = clock
        self._is_proven = False
        self._failures = 0
        self._rests_until = 0.0

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    @property
    def rest_seconds(self) -> float:
        """How long it still rests after a failure; 0 for a healthy one."""
        return max(0.0, self._rests_until - self._clock())

    async def send(self, request: RpcRequest) -> Any:
        """As `Carrier.send`. Network: one exchange more the first time.

        Raises:
            WrongNetworkError: it serves another cluster.
        """
        try:
            await self._prove(request.deadline)
            found = await self._inner.send(request)
        except _OURS:
            raise
        except RpcError as error:
            if _is_its_fault(error):
                self._failed(error)
            raise
        self._failures, self._rests_until = 0, 0.0
        return found

    def rest(self, seconds: float, reason: str) -> None:
        """Let others be asked before it for a while."""
        self._rests_until = self._clock() + seconds
        _log.warning("%s rests %.0f s, after: %s", self.endpoint, seconds, reason)

    async def aclose(self) -> None:
        """Close what leads to it."""
        await self._inner.aclose()

    async def _prove(self, deadline: Deadline | None) -> None:
        if self.wrong:
            raise self.wrong
        if self._is_proven:
            return
        found = str(await self._inner.send(replace(GENESIS_REQUEST, deadline=deadline)))
        cluster = self._cluster
        cluster.genesis_hash = cluster.genesis_hash or found
        if found != cluster.genesis_hash:
            self.wrong = wrong_network(cluster.name, endpoint=self.endpoint, expected=cluster.genesis_hash, found=found)
            _log.error("left out: %s", self.wrong)
            raise self.wrong
        self._is_proven = True

    def _failed(self, error: RpcError) -> None:
        """It rests, longer each time, and as long as it asked for."""
        rest = min(_FIRST_REST * 2**self._failures, _LONGEST_REST)
        self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
        self.rest(max(rest, error.facts.get("retry_after_seconds") or 0.0), str(error))


class FailoverTransport:
    """Asks the first healthy endpoint, and the next where that fails.

    Reads go on to the next endpoint on every failure that may be the endpoint's. Signed bytes go on where no answer
    came or the endpoint was busy: the same bytes land at most once, wherever they are sent. What else changes something
    goes to one endpoint only.

    Args:
        carriers: one for each endpoint, the preferred one first; at least one.
        network_name: the cluster's, for messages.
        genesis_hash: what each must serve; None: what the first one to answer serves.
        clock: seconds that only go forward.

    Attributes:
        members: the endpoints, each by itself, as they were given.
    """

    def __init__(
        self,
        carriers: Sequence[Carrier[Any]],
        *,
        network_name: str,
        genesis_hash: str | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        cluster = Cluster(network_name, genesis_hash)
        self.members = [Member(carrier, cluster, clock) for carrier in carriers]
        self._last = self.members[0]

    @property
    def endpoint(self) -> str:
        """The endpoint that was asked last, with secrets removed."""
        return self._last.endpoint

    async def send(self, request: RpcRequest) -> Any:
        """As `Carrier.send`. Network: one exchange an endpoint until one answers, and one more for each new one.

        Raises:
            WrongNetworkError: no endpoint is left that serves the cluster.
        """
        errors: list[RpcError] = []
        for member in self._in_order():
            if errors and request.deadline is not None and not request.deadline.left:
                break
            self._last = member
            try:
                return await member.send(request)
            except WrongNetworkError:
                continue
            except RpcError as error:
                errors.append(error)
            if not _may_go_on(request, errors[-1]):
                break
            _log.info("%s: the next endpoint is asked, after: %s", request.method, errors[-1])
        raise self._verdict(request, errors)

    def rest_last(self, reason: str) -> None:
        """Ask others before the endpoint that answered last: its answers are too old."""
        self._last.rest(_FIRST_REST, reason)

    async def aclose(self) -> None:
        """Close what leads to every endpoint."""
        for member in self.members:
            await member.aclose()

    def _in_order(self) -> list[Member]:
        """Healthy ones as they were given, then resting ones, the soonest back first."""
        usable = [member for member in self.members if not member.wrong]
        return sorted(usable, key=lambda member: member.rest_seconds)

    def _verdict(self, request: RpcRequest, errors: list[RpcError]) -> RpcError | WrongNetworkError:
        """The error to raise: for signed bytes the first that leaves open whether they are on their way."""
        wrong = [member.wrong for member in self.members if member.wrong]
        if not errors:
            return wrong[0]
        if request.method == SEND:
            return next((error for error in errors if isinstance(error, RpcUnreachableError)), errors[-1])
        return next((error for error in errors if error.retry is Retry.SAME), errors[-1])


def _is_its_fault(error: RpcError) -> bool:
    return error.retry is Retry.SAME or error.facts.get("http_status") in _ELSEWHERE_STATUSES


def _may_go_on(request: RpcRequest, error: RpcError) -> bool:
    """Whether the next endpoint may be asked after `error`."""
    if isinstance(error, _OURS):
        return False
    if request.method == SEND:
        return error.retry is Retry.SAME
    return only_reads(request.method) and (_is_its_fault(error) or error.facts.get("rpc_code") in _ELSEWHERE_CODES)
