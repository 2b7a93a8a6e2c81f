"""How the layers of the wire stand on each other, from the user's question down to HTTP.

LivingTransport           open? the right event loop?
RetryingTransport       once more, after a pause, until the deadline
FailoverTransport     the next endpoint (where there are several)
ThrottledTransport  for each endpoint: its rate, and the wait that it asked for
TracedTransport   log and tracer
EnvelopeTransport   error or result
HttpTransport     bytes
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nosana_chain.errors import ConfigError, RpcError, WrongNetworkError
from nosana_chain.networks import Network
from nosana_chain.wire.deadline import DEADLINE_SECONDS
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.envelope import EnvelopeTransport
from nosana_chain.wire.failover import FailoverTransport
from nosana_chain.wire.gathering import gathered
from nosana_chain.wire.lifetime import LivingTransport
from nosana_chain.wire.retry import DEFAULT_RETRIES, RetryingTransport, RetryPolicy, Sleep
from nosana_chain.wire.throttle import RateLimit, ThrottledTransport
from nosana_chain.wire.tracing import TracedTransport, Tracer
from nosana_chain.wire.transport import Carrier, HttpTransport, RpcRequest, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePolicy:
    """How endpoints are asked.

    Attributes:
        retries: how often and how soon a request is repeated.
        rate: most requests to each endpoint; None for no limit of one's own.
        timeout_seconds: for one exchange, from connecting to the last byte of the answer.
        deadline_seconds: for all exchanges of one request and the pauses between them, at whatever endpoints: none
            begins later, and one on its way is given up then. Waits that an endpoint asks for, or that `rate` takes,
            don't count. None for no end but that of `retries`.
    """

    retries: RetryPolicy = DEFAULT_RETRIES
    rate: RateLimit | None = None
    timeout_seconds: float = 30.0
    deadline_seconds: float | None = DEADLINE_SECONDS


DEFAULT_POLICY = WirePolicy()


class Wire:
    """The whole wire of one connection.

    Args:
        network: the cluster and its endpoints.
        transport: in place of HTTP with retries and failover to those; its errors are raised as they come.
        policy: how endpoints are asked.
        tracer: called around each request.
        sleep: waits for seconds.

    Raises:
        ConfigError: the network has no endpoint and no transport is given, or an endpoint's URL can't be used.
    """

    def __init__(
        self,
        network: Network,
        transport: Transport | None = None,
        *,
        policy: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._policy = policy
        self._sleep = sleep
        self._pool: FailoverTransport | None = None
        self._top: LivingTransport[Any] = LivingTransport(
            _given(network, transport, tracer) if transport else self._to_endpoints(network, tracer)
        )

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._top.endpoint

    async def send(self, request: RpcRequest) -> Any:
        """The result, in the type that the request asks for; see `Carrier.send`."""
        return await self._top.send(request)

    async def send_each(self, request: RpcRequest) -> list[Any | RpcError]:
        """What each endpoint says by itself: answers and errors, in the order of the endpoints.

        Endpoints that serve another cluster are left out.
        """
        if self._pool is None:
            return [await _outcome(self._top, request)]
        alone = [self._retrying(member) for member in self._pool.members]
        return await self._top.during(partial(_outcomes, alone), request)

    def turn_away(self, reason: str) -> None:
        """Ask other endpoints, where there are some, before the one that answered last."""
        if self._pool is not None:
            self._pool.rest_last(reason)

    async def aclose(self) -> None:
        """Close everything; once more does nothing."""
        await self._top.aclose()

    def _to_endpoints(self, network: Network, tracer: Tracer | None) -> Carrier[Any]:
        carriers = [self._to_endpoint(url, tracer) for url in _urls(network)]
        if len(carriers) == 1:
            return self._retrying(carriers[0])
        self._pool = FailoverTransport(carriers, network_name=network.name, genesis_hash=network.genesis_hash)
        return self._retrying(self._pool)

    def _retrying(self, carrier: Carrier[Any]) -> Carrier[Any]:
        policy = self._policy
        return RetryingTransport(
            carrier, policy=policy.retries, sleep=self._sleep, deadline_seconds=policy.deadline_seconds
        )

    def _to_endpoint(self, url: EndpointUrl, tracer: Tracer | None) -> Carrier[Any]:
        http = HttpTransport(url, timeout_seconds=self._policy.timeout_seconds)
        traced = TracedTransport(EnvelopeTransport(http, scrubber=url.scrubber), tracer=tracer)
        return ThrottledTransport(
            traced,
            limit=self._policy.rate,
            max_asked_wait_seconds=self._policy.retries.max_asked_wait_seconds,
            sleep=self._sleep,
        )


async def _outcome(carrier: Carrier[Any], request: RpcRequest) -> Any | RpcError | WrongNetworkError:
    try:
        return await carrier.send(request)
    except (RpcError, WrongNetworkError) as error:
        return error


async def _outcomes(carriers: Sequence[Carrier[Any]], request: RpcRequest) -> list[Any | RpcError]:
    found = await gathered([_outcome(carrier, request) for carrier in carriers])
    return [outcome for outcome in found if not isinstance(outcome, WrongNetworkError)]


def _given(network: Network, transport: Transport, tracer: Tracer | None) -> Carrier[Any]:
    """A transport of the user's own, with the answers read and the network's tokens hidden in the words of errors."""
    scrubber = EndpointUrl(network.rpc_url).scrubber if network.rpc_url else None
    return TracedTransport(EnvelopeTransport(transport, scrubber=scrubber), tracer=tracer)


def _urls(network: Network) -> list[EndpointUrl]:
    if network.rpc_url is None:
        raise ConfigError(
            f"{network.name} has no RPC endpoint of its own; give one, for example with network.at(url)",
            network=network.name,
        )
    return [EndpointUrl(network.rpc_url), *map(EndpointUrl, network.more_rpc_urls)]
