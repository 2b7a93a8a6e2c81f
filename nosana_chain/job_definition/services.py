"""Addresses of the services that a job exposes: computed from its definition and its address, before it even runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha512
from typing import Any

import base58

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.networks import Network

_HASH_LENGTH = 44  # of base58 text; the cut is on text
_DEPLOYMENT_HASH_LENGTH = 45
_PLACEHOLDER = re.compile(r"%%(ops|globals)\.[^%]+%%")  # hosts hash %%global.…%% as it is written


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedService:
    """A service that a job exposes.

    Attributes:
        url: where it is reached, once the job runs.
        op_id: the operation.
        op_index: its position among all operations of the definition, from 0.
        port: as it is written.
        has_health_check: whether the definition says how to tell that it is up.
    """

    url: str
    op_id: str
    op_index: int
    port: str
    has_health_check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedServices:
    """The services of a job.

    Attributes:
        services: empty where the job exposes nothing, or is private.
        is_private: whether the definition asks for addresses that nobody can guess: ask the host for them
            (`HostApi.fetch_endpoints`). One private operation makes the whole job so.
    """

    services: tuple[ExposedService, ...]
    is_private: bool


def exposed_services(definition: Mapping[str, Any], job: AddressLike, *, network: Network) -> ExposedServices:
    """The services that a job with this definition exposes. Network: none.

    Args:
        definition: the real one: of a confidential job, not the stub that is pinned. What of it no host could read
            exposes nothing.
        job: its address.
        network: whose hosts run it.

    Raises:
        InputError: `job` is no address.
    """
    address = str(as_address(job, "job"))
    found: list[ExposedService] = []
    ops = definition.get("ops")
    for index, op in enumerate(ops if isinstance(ops, list) else ()):
        ports = [*_ports(op)]
        if ports and op["args"].get("private") is True:
            return ExposedServices(services=(), is_private=True)
        for port, is_checked in ports:
            name = endpoint_hash(index, port, address)
            found.append(
                ExposedService(
                    url=_url(name, network),
                    op_id=str(op.get("id", "")),
                    op_index=index,
                    port=port,
                    has_health_check=is_checked,
                )
            )
    return ExposedServices(services=tuple(found), is_private=False)


def deployment_url(deployment: str, op_id: str, *, owner: AddressLike, network: Network) -> str:
    """The address that all jobs of a deployment share, for one operation and whatever port. Network: none.

    Args:
        deployment: its id (`deployment_id` of the definition).
        op_id: the operation.
        owner: the jobs' project: the deployment's vault, or its owner.
        network: whose hosts run them.

    Raises:
        InputError: `owner` is no address.
    """
    return _url(deployment_endpoint_hash(deployment, op_id, str(as_address(owner, "owner"))), network)


def endpoint_hash(op_index: int, port: str, job: str) -> str:
    """The name of a service under the hosts' domain."""
    return _short(f"{op_index}:{port}:{job}", _HASH_LENGTH)


def deployment_endpoint_hash(deployment: str, op_id: str, owner: str) -> str:
    """The name of a deployment's operation under the hosts' domain."""
    deployment_hash = _short(f"{deployment}:{owner}", _DEPLOYMENT_HASH_LENGTH)
    return _short(f"{op_id}:0:{deployment_hash}", _HASH_LENGTH)


def _short(text: str, length: int) -> str:
    return base58.b58encode(sha512(text.encode()).digest()).decode()[:length]


def _url(name: str, network: Network) -> str:
    return f"https://{name}.{network.node_domain}"


def _ports(op: Any) -> Iterator[tuple[str, bool]]:
    """Each port as hosts write it, and whether it has health checks."""
    args = op.get("args") if isinstance(op, dict) and op.get("type") == "container/run" else None
    exposed = args.get("expose") if isinstance(args, dict) else None
    if not isinstance(exposed, list):  # a lone object, and a lone 0, are exposed by nobody
        exposed = [exposed] if exposed and not isinstance(exposed, dict) else []
    for item in exposed:
        is_object = isinstance(item, dict)
        port = item.get("port") if is_object else item
        is_port = isinstance(port, (int, float, str)) and not isinstance(port, bool)
        if not is_port or (isinstance(port, str) and _PLACEHOLDER.fullmatch(port)):
            continue
        yield _written(port), is_object and "health_checks" in item


def _written(port: Any) -> str:
    return port if isinstance(port, str) else json_text(port).decode()
