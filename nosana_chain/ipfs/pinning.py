"""Pinning: giving a content to a service that keeps it on IPFS, and making sure that it is kept under its own CID."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec

from nosana_chain.cid import cid_of
from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError, ContentMismatchError, NotPinnedError, Retry
from nosana_chain.files import open_regular, without_mark
from nosana_chain.secret import SecretText
from nosana_chain.web.exchange import Answer, Service, Unanswered

PINATA = "https://api.pinata.cloud"  #: a service that pins for a fee, and the one that Nosana's own clients use
KUBO = "http://127.0.0.1:5001"  #: where the RPC of a Kubo node listens by default
JWT_VARIABLE = "NOSANA_PINATA_JWT"
JWT_FILE_VARIABLE = "NOSANA_PINATA_JWT_FILE"
KUBO_VARIABLE = "NOSANA_KUBO_URL"

_MAX_ANSWER_BYTES = 64 * 1024
_MAX_JWT_BYTES = 16 * 1024
_PAUSES = (0.5, 2.0)  # seconds before the second and the third try: the same content is pinned once
_AGAIN = (429, 500, 502, 503, 504)  # statuses after which the same request may do better
_SHARED = stat.S_IRWXG | stat.S_IRWXO

Sleep = Callable[[float], Awaitable[None]]


class Pinning(Protocol):
    """What keeps contents on IPFS."""

    @property
    def endpoint(self) -> str:
        """Where it is, without secrets."""

    async def pin(self, content: bytes) -> str:
        """Keep a content, and tell the CID under which it is kept.

        Raises:
            NotPinnedError: it was not pinned.
        """


async def pinned(content: bytes, pinning: Pinning) -> str:
    """Pin a content, and make sure that it is kept under the CID that it has.

    A service that writes JSON anew, cuts files otherwise or wraps them in a folder keeps something else, and a job
    posted with the right CID would never find it.

    Raises:
        NotPinnedError: it was not pinned.
        ContentMismatchError: it was pinned under another CID.

    Network: those of `pin`. Safe to retry: yes.
    """
    cid, told = cid_of(content), await pinning.pin(content)
    if told != cid:
        raise ContentMismatchError(
            f"{pinning.endpoint} pinned it as {told[:100]}, and its CID is {cid}: it keeps something else; nothing was "
            "paid",
            cid=cid,
            found=told,
            endpoint=pinning.endpoint,
        )
    return cid


class _Pins:
    """What both services share: sending, trying again, and reading the answer."""

    def __init__(self, service: Service, sleep: Sleep) -> None:
        self._service = service
        self._sleep = sleep

    def __repr__(self) -> str:
        """Where it is, without secrets."""
        return f"{type(self).__name__}({self.endpoint})"

    @property
    def endpoint(self) -> str:
        """Where it is, without secrets."""
        return self._service.shown

    async def __aenter__(self) -> Self:
        await self._service.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        await self._service.aclose()

    async def _send(self, path: str, content: bytes, field: str, **form: Any) -> str:
        """Upload a file; the CID that the service tells under `field`."""
        cid = cid_of(content)
        reason, is_final = "", False
        for pause in (*_PAUSES, None):
            try:
                files = {"file": ("job.json", content, "application/octet-stream")}
                answer = await self._service.ask("POST", path, most=_MAX_ANSWER_BYTES, files=files, **form)
            except Unanswered as error:
                reason = str(error)
            else:
                if answer.is_ok:
                    return self._told(answer, field, cid)
                reason, is_final = self._refusal(answer), answer.status not in _AGAIN
            if is_final or pause is None:
                break
            await self._sleep(pause)
        raise self._failure(reason, cid, is_final=is_final)

    def _told(self, answer: Answer, field: str, cid: str) -> str:
        try:
            found = msgspec.json.decode(answer.body.strip().splitlines()[-1], type=dict[str, Any])[field]
        except (msgspec.DecodeError, ValueError, LookupError, RecursionError):
            found = None
        if not isinstance(found, str):
            words = self._service.words(answer)
            raise self._failure(f"took it, and told no CID that can be read ({words})", cid, is_final=False)
        return found

    def _refusal(self, answer: Answer) -> str:
        hint = "; check the token" if answer.status in (401, 403) else ""
        return f"refused ({self._service.words(answer)}){hint}"

    def _failure(self, reason: str, cid: str, *, is_final: bool) -> NotPinnedError:
        error = NotPinnedError(
            f"{cid} is not pinned, and nothing was paid: {self.endpoint} {reason}", endpoint=self.endpoint, cid=cid
        )
        if is_final:
            error.retry = Retry.NEVER
        return error


class Pinata(_Pins):
    """Pinata, with a token of the user's own. What is pinned is public.

    Args:
        jwt: the token; it needs the permission `pinFileToIPFS` and no other. Never shown.
        url: in place of Pinata's own, for services with the same call.
        timeout_seconds: for one upload.
        sleep: waits for seconds.

    Raises:
        ConfigError: the token is none, or the URL can't be read.
    """

    def __init__(
        self, jwt: str, *, url: str = PINATA, timeout_seconds: float = 60, sleep: Sleep = asyncio.sleep
    ) -> None:
        jwt = SecretText(jwt.strip())
        if not jwt or not jwt.isascii() or not jwt.isprintable() or " " in jwt:
            raise ConfigError("the token of Pinata is not a JWT: one word of letters, digits, dots and dashes")
        headers = {"Authorization": SecretText(f"Bearer {jwt}")}
        del jwt
        super().__init__(Service(url, headers=headers, timeout_seconds=timeout_seconds), sleep)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, allow_shared: bool = False, url: str = PINATA) -> Self:
        """With the token that a file holds.

        Args:
            path: of a file with the token alone.
            allow_shared: take a file that other users may read, as a container's mounted secret is.
            url: as in the constructor.

        Raises:
            ConfigError: it can't be read, is empty, or other users may read it.
        """
        jwt, problem = _token_in(Path(path).expanduser(), allow_shared=allow_shared)
        if problem:
            raise ConfigError(problem)
        return cls(jwt, url=url)

    async def pin(self, content: bytes) -> str:
        """Upload as a file: Pinata's way for JSON may write it anew. Network: 1 exchange, at most 3 tries."""
        options = json.dumps({"cidVersion": 0})
        return await self._send("pinning/pinFileToIPFS", content, "IpfsHash", data={"pinataOptions": options})


class Kubo(_Pins):
    """A Kubo node (or anything else with its RPC, as the local IPFS of a local network).

    What it pins is on the network as long as the node is: hosts must reach it, or another one must pin it, too.

    Args:
        url: of its RPC; a user part is used for HTTP's basic authentication, and never shown.
        timeout_seconds: for one upload.
        sleep: waits for seconds.

    Raises:
        ConfigError: the URL can't be read.
    """

    def __init__(self, url: str = KUBO, *, timeout_seconds: float = 60, sleep: Sleep = asyncio.sleep) -> None:
        super().__init__(Service(url, timeout_seconds=timeout_seconds), sleep)

    async def pin(self, content: bytes) -> str:
        """Add and pin. Network: 1 exchange, at most 3 tries."""
        # each default that gives the CID another form is named: nodes may be configured otherwise
        settings = "cid-version=0&pin=true&raw-leaves=false&chunker=size-262144&hash=sha2-256&quieter=true"
        return await self._send(f"api/v0/add?{settings}", content, "Hash")


def pinning_from_environment(environ: Mapping[str, str] = os.environ) -> Pinata | Kubo | None:
    """The service that the environment names; None where it names none.

    NOSANA_PINATA_JWT or NOSANA_PINATA_JWT_FILE (a path) for Pinata, NOSANA_KUBO_URL for a Kubo node.
    NOSANA_ALLOW_SHARED_KEY=1 takes a token file that other users may read.

    Raises:
        ConfigError: it names more than one, or what can't be used.
    """
    variables = Environment(environ)
    named = [name for name in (JWT_VARIABLE, JWT_FILE_VARIABLE, KUBO_VARIABLE) if variables.text(name)]
    if len(named) > 1:
        raise ConfigError(f"{' and '.join(named)} are both set; which one shall pin? Unset the others")
    if not named:
        return None
    value = variables.text(named[0])
    if named[0] == JWT_VARIABLE:
        return Pinata(value)
    if named[0] == KUBO_VARIABLE:
        return Kubo(value)
    return Pinata.from_file(str(value), allow_shared=variables.switch("NOSANA_ALLOW_SHARED_KEY"))


def _token_in(path: Path, *, allow_shared: bool) -> tuple[SecretText, str]:
    """The token, and what is wrong with the file."""
    try:
        with open_regular(path) as file:
            is_shared = bool(os.fstat(file.fileno()).st_mode & _SHARED)
            text = SecretText(without_mark(file.read(_MAX_JWT_BYTES)).decode("ascii", "replace").strip())
    except OSError as error:
        return SecretText(""), f"can't read the token file {str(path)!r}: {error.strerror}"
    if is_shared and not allow_shared:
        return SecretText(""), (
            f"other users may read the token file {str(path)!r}; run: chmod 600 on it, or allow it with "
            "NOSANA_ALLOW_SHARED_KEY=1 (allow_shared=True in Python)"
        )
    return text, "" if text else f"the token file {str(path)!r} is empty"
