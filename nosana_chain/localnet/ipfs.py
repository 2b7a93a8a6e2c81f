"""A local IPFS: a store with the calls of Kubo and Pinata that jobs need, and a gateway, on loopback.

What is added is really there, block by block, under the CID that every other IPFS gives it; nothing leaves the machine,
and nobody else's content is found. It is no node: it speaks to no other one.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

from nosana_chain.cid import blocks_of, cid_of, digest_of
from nosana_chain.errors import CidError, InputError
from nosana_chain.ipfs.blocks import BlockError, Ref, read_node, ref_of
from nosana_chain.ipfs.car import read_car, write_car
from nosana_chain.ipfs.walk import FileWalk
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.localnet.block_store import BlockStore, FolderStore, MemoryStore
from nosana_chain.localnet.http_server import MAX_BODY_BYTES, Request, Response, form_parts, serving

_JSON, _BYTES, _TEXT = "application/json", "application/octet-stream", "text/plain; charset=utf-8"
_FORMATS = {"application/vnd.ipld.raw": "raw", "application/vnd.ipld.car": "car"}
_MAX_BLOCKS = 100_000  # that one file may have, as `walk` puts together
_OFF = ("raw-leaves", "wrap-with-directory", "only-hash", "trickle", "inline", "nocopy")
_ADDS_WITH = {"cid-version": "0", "chunker": "size-262144", "hash": "sha2-256", **dict.fromkeys(_OFF, "false")}
_VERSION = {"Version": "0.0.0", "System": "nosana-chain, a local IPFS"}


class LocalIpfs:
    """A running local IPFS. `LocalIpfs.start` makes one.

    Attributes:
        url: where the calls of Kubo (`/api/v0/…`) and Pinata (`/pinning/…`) are: `Kubo(ipfs.url)`,
            `Pinata("any", url=ipfs.url)`.
        gateway_url: base URL of its gateway: `Gateways([ipfs.gateway_url])`.
    """

    def __init__(self, store: BlockStore) -> None:
        self._store = store
        self.url = ""
        self._routes: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {
            ("POST", "/api/v0/add"): self._add,
            ("POST", "/api/v0/cat"): self._cat,
            ("POST", "/api/v0/block/get"): self._block_get,
            ("POST", "/api/v0/dag/import"): self._dag_import,
            ("POST", "/api/v0/pin/add"): self._pin_add,
            ("POST", "/api/v0/pin/ls"): self._pin_ls,
            ("POST", "/api/v0/pin/rm"): self._pin_rm,
            ("POST", "/api/v0/version"): self._version,
            ("POST", "/pinning/pinFileToIPFS"): self._pinata_file,
            ("POST", "/pinning/pinJSONToIPFS"): self._pinata_json,
        }

    def __repr__(self) -> str:
        """Where it listens."""
        return f"<LocalIpfs {self.url}>"

    @property
    def gateway_url(self) -> str:
        """Base URL of the gateway."""
        return f"{self.url}/ipfs/"

    @classmethod
    @asynccontextmanager
    async def start(cls, port: int | None = None, folder: str | os.PathLike[str] | None = None) -> AsyncIterator[Self]:
        """Run a local IPFS for the length of the block. It listens on loopback only.

        Args:
            port: 1 to 65535; any free one when None.
            folder: where blocks and pins are kept, and found again by the next one; in memory when None.

        Raises:
            InputError: no port, or the folder can't be used.
            PortInUseError: the port is taken.
        """
        ipfs = cls(MemoryStore() if folder is None else FolderStore(Path(folder)))
        async with serving(ipfs._respond, port=port) as listening:
            ipfs.url = f"http://127.0.0.1:{listening}"
            yield ipfs

    def add(self, content: bytes) -> str:
        """Keep and pin a content, as `ipfs add` does; its CID."""
        for digest, block in blocks_of(content).items():
            self._store.put(digest, block)
        cid = cid_of(content)
        self._store.pin(cid)
        return cid

    def add_car(self, car: bytes) -> None:
        """Keep the blocks of a CAR file, such as another IPFS made; nothing is pinned.

        Raises:
            InputError: it is no CAR file, or a block isn't what its CID names.
        """
        try:
            blocks = read_car(car)
        except BlockError as error:
            raise InputError(f"the CAR file can't be used: {error}") from None
        for digest, block in blocks.items():
            self._store.put(digest, block)

    def get(self, cid: str) -> bytes | None:
        """A content; None where it, or a block of it, isn't there.

        Raises:
            BlockError: there is something else than a file.
            CidError: not a CIDv0.
        """
        walk = FileWalk(cid, most=MAX_BODY_BYTES)
        while (wanted := walk.wanted) is not None:
            block = self._store.get(wanted.digest)
            if block is None:
                return None
            walk.take(block)
        return walk.content()

    @property
    def pins(self) -> tuple[str, ...]:
        """CIDs of what is pinned."""
        return self._store.pins()

    def remove(self, cid: str) -> None:
        """Forget a pin and the root of a content, so that it is not to be had any more."""
        self._store.unpin(cid)
        self._store.drop(digest_of(cid))

    async def _respond(self, request: Request) -> Response:
        """Pages of this machine may read the answer: others were refused before."""
        origin = request.headers.get("origin")
        if origin is None:
            return await self._answer(request)
        allowed = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if request.method == "OPTIONS":
            asked = request.headers.get("access-control-request-headers", "")
            allowed |= {"Access-Control-Allow-Methods": "GET, HEAD, POST", "Access-Control-Allow-Headers": asked}
            return Response(b"", HTTPStatus.NO_CONTENT, headers=allowed)
        answer = await self._answer(request)
        return replace(answer, headers={**answer.headers, **allowed})

    async def _answer(self, request: Request) -> Response:
        if request.path.startswith("/ipfs/") and request.method in ("GET", "HEAD"):
            return self._gateway(request)
        handler = self._routes.get((request.method, request.path.rstrip("/")))
        if handler is None:
            return Response(b"404 page not found\n", HTTPStatus.NOT_FOUND, _TEXT)
        try:
            return await handler(request)
        except (BlockError, CidError, InputError, ValueError) as error:
            return _failed(str(error))

    # ------------------------------------------------------------ Kubo

    async def _add(self, request: Request) -> Response:
        """Only with the settings that make the CIDs of jobs: another CID than was asked for would be a trap."""
        for name, value in _ADDS_WITH.items():
            if request.first(name, value) != value:
                raise InputError(f"the local IPFS adds with {name}={value} only")
        content = _only_part(request)
        cid = self.add(content)
        if request.first("pin", "true") == "false":
            self._store.unpin(cid)
        return _json({"Name": cid, "Hash": cid, "Size": str(len(content))})

    async def _cat(self, request: Request) -> Response:
        content = self.get(_argument(request))
        return (
            _failed("block was not found locally (offline)")
            if content is None
            else Response(content, content_type=_BYTES)
        )

    async def _block_get(self, request: Request) -> Response:
        block = self._store.get(ref_of(_argument(request)).digest)
        return (
            _failed("block was not found locally (offline)") if block is None else Response(block, content_type=_BYTES)
        )

    async def _dag_import(self, request: Request) -> Response:
        self.add_car(_only_part(request))
        return _json({})

    async def _pin_add(self, request: Request) -> Response:
        cid = _argument(request)
        if self.get(cid) is None:
            return _failed("block was not found locally (offline)")
        self._store.pin(cid)
        return _json({"Pins": [cid]})

    async def _pin_ls(self, request: Request) -> Response:
        asked = [each.removeprefix("/ipfs/") for each in request.query.get("arg", [])]
        missing = [each for each in asked if each not in self.pins]
        if missing:
            return _failed(f"path '{missing[0]}' is not pinned")
        return _json({"Keys": {each: {"Type": "recursive", "Name": ""} for each in asked or self.pins}})

    async def _pin_rm(self, request: Request) -> Response:
        cid = _argument(request)
        if cid not in self.pins:
            return _failed("not pinned or pinned indirectly")
        self._store.unpin(cid)
        return _json({"Pins": [cid]})

    async def _version(self, _request: Request) -> Response:
        return _json(_VERSION)

    # ------------------------------------------------------------ Pinata

    async def _pinata_file(self, request: Request) -> Response:
        return self._pinned(form_parts(request)["file"])

    async def _pinata_json(self, request: Request) -> Response:
        body = json.loads(request.body)
        wrapped = isinstance(body, dict) and "pinataContent" in body
        return self._pinned(json_text(body["pinataContent"]) if wrapped else request.body)

    def _pinned(self, content: bytes) -> Response:
        cid = cid_of(content)
        is_duplicate = cid in self.pins
        self.add(content)
        return _json({"IpfsHash": cid, "PinSize": len(content), "isDuplicate": is_duplicate})

    # ------------------------------------------------------------ the gateway

    def _gateway(self, request: Request) -> Response:
        """A file, or what proves it: one block (`?format=raw`) or all (`?format=car`)."""
        name = request.path.removeprefix("/ipfs/").rstrip("/")
        wanted = request.first("format") or _FORMATS.get(request.headers.get("accept", "").partition(";")[0], "")
        try:
            ref = ref_of(name)
            if wanted == "raw":
                body, kind = self._store.get(ref.digest), "application/vnd.ipld.raw"
            elif wanted == "car":
                body, kind = self._car(ref), "application/vnd.ipld.car; version=1"
            else:
                body, kind = self.get(name), _BYTES
        except (BlockError, CidError) as error:
            return Response(str(error).encode(), HTTPStatus.BAD_REQUEST, _TEXT)
        if body is None:
            return Response(b"not found: nobody added it here\n", HTTPStatus.NOT_FOUND, _TEXT)
        headers = {"Etag": f'"{name}"', "X-Ipfs-Path": f"/ipfs/{name}", "X-Content-Type-Options": "nosniff"}
        return Response(body, HTTPStatus.OK, kind, headers)

    def _car(self, root: Ref) -> bytes | None:
        """All blocks of a file, each once, in the order of its bytes."""
        blocks: dict[Ref, bytes] = {}
        waiting = [root]
        while waiting:
            ref = waiting.pop()
            block = self._store.get(ref.digest)
            if block is None:
                return None
            if ref not in blocks:
                blocks[ref] = block
                waiting += reversed(read_node(ref, block).links)
            if len(blocks) + len(waiting) > _MAX_BLOCKS:
                raise BlockError("the file has too many blocks")
        return write_car(root, blocks)


def _only_part(request: Request) -> bytes:
    parts = [*form_parts(request).values()]
    if len(parts) != 1:
        raise InputError(f"the local IPFS takes one file at a time, not {len(parts)}")
    return parts[0]


def _argument(request: Request) -> str:
    return request.first("arg").removeprefix("/ipfs/")


def _json(value: Any) -> Response:
    return Response(json.dumps(value).encode() + b"\n")


def _failed(reason: str) -> Response:
    """As Kubo tells what it couldn't do."""
    told = {"Message": reason, "Code": 0, "Type": "error"}
    return Response(json.dumps(told).encode() + b"\n", HTTPStatus.INTERNAL_SERVER_ERROR)
