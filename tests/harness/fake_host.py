"""A host's API as its public code has it, over one job: it waits for a definition and gives a result, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.errors import AuthorizationError
from nosana_chain.localnet.http_server import Request, Response, serving
from nosana_chain.web.authorization import is_authorized, now_ms

Route = Callable[["FakeHost", Request], Response]


class FakeHost:
    """The host.

    Attributes:
        url: where its API is.
        status: of the flow.
        definition: the real one, once it has come.
        asked: requests, in the order of their arrival.
    """

    def __init__(self, project: Pubkey, job: Pubkey | None) -> None:
        self.url = ""
        self.project = project
        self.job = job
        self.status = "waiting-for-job-definition"
        self.definition: bytes | None = None
        self.result: dict[str, Any] = {"status": "success", "opStates": []}
        self.endpoints: Any = {}
        self.events: list[bytes] = []
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        if request.path == "/node/info":
            return told({"state": "RUNNING_JOB", "uptime": 7})
        _, _, job, path = (*request.path.split("/", 3), "", "", "")[:4]
        if self.job is None or job != str(self.job):
            return refusal("unknown job")
        try:
            is_owner = is_authorized(request.headers.get("authorization", ""), self.project, at_ms=now_ms())
        except AuthorizationError as error:
            return refusal(error.message, HTTPStatus.UNAUTHORIZED)
        route = ROUTES.get((request.method, path))
        if route is None or not is_owner:
            return refusal("Unauthorized", HTTPStatus.UNAUTHORIZED)
        return route(self, request)


def told(value: Any) -> Response:
    return Response(json.dumps(value).encode())


def refusal(reason: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    return Response(reason.encode(), status, "text/plain")


def take_definition(host: FakeHost, request: Request) -> Response:
    if host.status != "waiting-for-job-definition":
        return refusal("not waiting for a job definition")
    host.definition, host.status = request.body, "waiting-for-result"
    return Response(b"Job definition received", content_type="text/plain")


def give_results(host: FakeHost, _request: Request) -> Response:
    if host.status != "waiting-for-result":
        return refusal("no result to collect")
    host.status = "success"
    return told({**host.result, "status": "waiting-for-result"})


def give_endpoints(host: FakeHost, _request: Request) -> Response:
    if not host.endpoints:
        return refusal("no endpoints")
    return told({"urls": host.endpoints, "status": "ONLINE"})


def give_events(host: FakeHost, _request: Request) -> Response:
    return Response(b"".join(host.events), content_type="text/event-stream")


def stop(host: FakeHost, _request: Request) -> Response:
    host.status = "stopped"
    return told({"message": "stopping"})


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "job-definition"): take_definition,
    ("GET", "results"): give_results,
    ("GET", "endpoints"): give_endpoints,
    ("GET", "info"): give_events,
    ("POST", "stop"): stop,
}


@asynccontextmanager
async def fake_host(project: Pubkey, job: Pubkey | None = None) -> AsyncIterator[FakeHost]:
    """One that runs a job of a project's; or one that is told of the job later."""
    host = FakeHost(project, job)
    async with serving(host) as port:
        host.url = f"http://127.0.0.1:{port}"
        yield host
