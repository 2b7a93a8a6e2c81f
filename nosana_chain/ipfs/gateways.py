"""Fetching contents from gateways, none of which is trusted: what they give is held to the CID."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from typing import Self

from nosana_chain.cid import cid_of, digest_of
from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError, ContentMismatchError, NotFetchedError
from nosana_chain.ipfs.blocks import MAX_BLOCK_BYTES, BlockError, Ref
from nosana_chain.ipfs.car import read_car
from nosana_chain.ipfs.walk import FileWalk, assembled
from nosana_chain.web.exchange import Service, Unanswered

#: Nosana's own gateway, Pinata's, and the two public ones of the IPFS project. None of them wants a credential.
DEFAULT_GATEWAYS = (
    "https://nosana.mypinata.cloud/ipfs/",
    "https://gateway.pinata.cloud/ipfs/",
    "https://ipfs.io/ipfs/",
    "https://dweb.link/ipfs/",
)
GATEWAYS_VARIABLE = "NOSANA_IPFS_GATEWAYS"  #: several, with commas between them

MAX_CONTENT_BYTES = 64 * 1024 * 1024  #: results hold at most 24,999 log lines an operation
HEAD_START_SECONDS = 2.0  #: what each gateway has before the next one is asked, too

_CAR_OVERHEAD = 8  # a CAR holds the content, and less than an eighth of it besides, for blocks of some size
_CAR_ROOM = 64 * 1024


class _Wrong(Exception):  # noqa: N818  a reason among others, that never leaves this module
    """What a gateway gave is not what was asked for."""


class Gateways:
    """Gateways to IPFS, the first of which is asked first. In an async context manager it keeps its connections.

    A gateway that is slow doesn't hold up the others: after `head_start_seconds` the next one is asked too, and the
    first content that is what the CID names is taken.

    Args:
        urls: base URLs that end before the CID, as `https://gateway.example/ipfs/`; a query of theirs (a token) goes
            with each request. Default: those of NOSANA_IPFS_GATEWAYS, or else `DEFAULT_GATEWAYS`.
        timeout_seconds: for one exchange with one gateway.
        head_start_seconds: before the next one is asked, too.

    Raises:
        ConfigError: a URL can't be read, or there is none.
    """

    def __init__(
        self,
        urls: Iterable[str] | None = None,
        *,
        timeout_seconds: float = 30,
        head_start_seconds: float = HEAD_START_SECONDS,
    ) -> None:
        chosen = [*(_configured(os.environ) if urls is None else urls)]
        if not chosen:
            raise ConfigError("fetching from IPFS takes a gateway; give the URL of one")
        self._services = [
            Service(url, timeout_seconds=timeout_seconds, follows_redirects=True) for url in dict.fromkeys(chosen)
        ]
        self._head_start_seconds = head_start_seconds

    def __repr__(self) -> str:
        """The gateways, without secrets."""
        return f"Gateways({', '.join(service.shown for service in self._services)})"

    async def __aenter__(self) -> Self:
        for service in self._services:
            await service.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        for service in self._services:
            await service.aclose()

    async def fetch(self, cid: str, *, most: int = MAX_CONTENT_BYTES) -> bytes:
        """The content of a file, held to its CID: what comes back is what `cid` names, whoever gave it.

        Where the file was cut in another way than `ipfs add` cuts it, its blocks are fetched and checked one by one.

        Args:
            cid: CIDv0.
            most: bytes that it may have.

        Raises:
            CidError: not a CIDv0.
            NotFetchedError: no gateway gave it; `reasons` has each one's.
            ContentMismatchError: none gave it, and some gave something else.

        Network: 1 exchange a gateway; for a file of another cut 2, or one a block. Safe to retry: yes.
        """
        digest_of(cid)  # before anybody is asked
        reasons: list[tuple[str, bool]] = []
        waiting: set[asyncio.Task[bytes]] = set()
        left = [*self._services]
        try:
            while left or waiting:
                if left:
                    waiting.add(asyncio.create_task(_from(left.pop(0), cid, most)))
                done, waiting = await asyncio.wait(
                    waiting,
                    timeout=self._head_start_seconds if left else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    failure = task.exception()
                    if failure is None:
                        return task.result()
                    reasons.append(_told(failure))
        finally:
            await _given_up(waiting)
        raise self._nobody_gave(cid, reasons)

    def _nobody_gave(self, cid: str, reasons: list[tuple[str, bool]]) -> NotFetchedError | ContentMismatchError:
        texts = tuple(text for text, _ in reasons)
        told, endpoint = f"{cid}: " + "; ".join(texts), ", ".join(service.shown for service in self._services)
        if any(is_wrong for _, is_wrong in reasons):
            message = f"no gateway gave what the CID names, and some gave something else. {told}"
            return ContentMismatchError(message, cid=cid, found=None, reasons=texts, endpoint=endpoint)
        message = (
            "no gateway gave it; it may not be pinned any more, or not have spread yet: try again, or another one. "
        )
        return NotFetchedError(message + told, cid=cid, reasons=texts, endpoint=endpoint)


def _configured(environ: Mapping[str, str]) -> Iterable[str]:
    named = Environment(environ).text(GATEWAYS_VARIABLE)
    return [url.strip() for url in named.split(",") if url.strip()] or DEFAULT_GATEWAYS


async def _given_up(tasks: Iterable[asyncio.Task[bytes]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _told(failure: BaseException) -> tuple[str, bool]:
    if not isinstance(failure, (_Wrong, Unanswered)):
        raise failure
    return str(failure), isinstance(failure, _Wrong)


async def _from(service: Service, cid: str, most: int) -> bytes:
    """The content from one gateway; the error's text begins with the gateway."""
    try:
        content = await _whole(service, cid, most)
        return content if cid_of(content) == cid else await _by_blocks(service, cid, most)
    except Unanswered as error:
        raise Unanswered(f"{service.shown} {error}") from None
    except BlockError as error:
        raise _Wrong(f"{service.shown} gave something else, or what can't be checked: {error}") from None


async def _whole(service: Service, cid: str, most: int) -> bytes:
    answer = await service.ask("GET", cid, most=most, headers={"Accept": "application/octet-stream, */*;q=0.5"})
    if not answer.is_ok:
        raise Unanswered(f"answered {service.words(answer)}")
    return answer.body


async def _by_blocks(service: Service, cid: str, most: int) -> bytes:
    """The file that was cut otherwise: all its blocks in one CAR, or one by one where the gateway makes no CARs."""
    room = most + most // _CAR_OVERHEAD + _CAR_ROOM
    accept = {"Accept": "application/vnd.ipld.car; version=1"}
    answer = await service.ask("GET", f"{cid}?format=car", most=room, headers=accept)
    if answer.is_ok and answer.content_type == "application/vnd.ipld.car":
        return assembled(cid, read_car(answer.body), most=most)
    walk = FileWalk(cid, most=most)
    while (wanted := walk.wanted) is not None:
        walk.take(await _block(service, wanted))
    return walk.content()


async def _block(service: Service, ref: Ref) -> bytes:
    answer = await service.ask(
        "GET", f"{ref.cid}?format=raw", most=MAX_BLOCK_BYTES, headers={"Accept": "application/vnd.ipld.raw"}
    )
    if not answer.is_ok:
        raise BlockError(f"a block is not to be had ({service.words(answer)})")
    return answer.body
