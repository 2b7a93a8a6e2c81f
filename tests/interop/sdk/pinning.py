"""A pinning service of a test's own, with the two calls of Pinata's that the SDK makes. It listens on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from nosana_chain.cid import cid_of

PIN, FETCH = "/pinning/pinJSONToIPFS", "/ipfs/"


class Pinning:
    """What has been pinned, by CID, and where to pin more."""

    def __init__(self, url: str, pinned: dict[str, bytes]) -> None:
        self.url = url
        self.pinned = pinned

    @property
    def settings(self) -> dict[str, str]:
        """The SDK's settings for it. The token is no secret: nobody looks at it."""
        return {"api": self.url, "gateway": self.url + FETCH, "jwt": "a-token-of-nobody"}


@contextmanager
def pinning_service() -> Iterator[Pinning]:
    pinned: dict[str, bytes] = {}
    handler = type("Handler", (_Handler,), {"pinned": pinned})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield Pinning(f"http://127.0.0.1:{server.server_port}", pinned)
        finally:
            server.shutdown()
            serving.join()


class _Handler(BaseHTTPRequestHandler):
    pinned: dict[str, bytes]

    def do_POST(self) -> None:
        if self.path != PIN:
            return self._answer(HTTPStatus.NOT_FOUND)
        content = self.rfile.read(int(self.headers["Content-Length"]))
        cid = cid_of(content)
        self.pinned[cid] = content
        return self._answer(HTTPStatus.OK, json.dumps({"IpfsHash": cid}).encode())

    def do_GET(self) -> None:
        content = self.pinned.get(self.path.removeprefix(FETCH))
        self._answer(HTTPStatus.OK if content is not None else HTTPStatus.NOT_FOUND, content or b"")

    def _answer(self, status: HTTPStatus, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_parts: Any) -> None:
        """Print nothing: pytest would show it as the test's own."""
