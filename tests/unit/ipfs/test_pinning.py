"""Pinning: what is sent, what a wrong answer means, and that tokens stay where they are."""

from __future__ import annotations

import json
import pickle
import traceback
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from harness.answering import Answering, served

from nosana_chain.cid import cid_of
from nosana_chain.errors import ConfigError, ContentMismatchError, NotPinnedError, Retry
from nosana_chain.ipfs.pinning import Kubo, Pinata, Pinning, pinned, pinning_from_environment
from nosana_chain.localnet.http_server import Request, Response, form_parts
from nosana_chain.localnet.ipfs import LocalIpfs

CONTENT = b'{"version": "0.1",\r\n "type": "container", "ops": []}\n'
CID = cid_of(CONTENT)
JWT = "header.S3CRETPAYLOAD.signature"


class Naps:
    """A sleep that takes no time, and remembers."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
async def ipfs() -> AsyncIterator[LocalIpfs]:
    async with LocalIpfs.start() as local:
        yield local


@pytest.mark.parametrize("size", [1, 300_000])
async def test_a_content_is_kept_byte_for_byte(ipfs: LocalIpfs, size: int) -> None:
    content = CONTENT * -(-size // len(CONTENT))
    async with Kubo(ipfs.url) as kubo, Pinata(JWT, url=ipfs.url) as pinata:
        for pinning in (kubo, pinata):
            assert await pinned(content, pinning) == cid_of(content)
            assert ipfs.get(cid_of(content)) == content
            ipfs.remove(cid_of(content))


async def test_pinata_is_sent_a_file_with_the_token() -> None:
    def answer(request: Request) -> Response:
        parts = form_parts(request)
        assert parts["file"] == CONTENT
        assert json.loads(parts["pinataOptions"]) == {"cidVersion": 0}
        return Response(json.dumps({"IpfsHash": CID}).encode())

    async with served(answer) as server, Pinata(JWT, url=server.url) as pinata:
        assert await pinned(CONTENT, pinata) == CID
        assert server.paths == ["/pinning/pinFileToIPFS"]
        assert server.asked[0].headers["authorization"] == f"Bearer {JWT}"


async def test_another_cid_than_ours_is_an_error_before_anything_is_paid() -> None:
    other = cid_of(b"written anew")
    async with served(lambda _: Response(json.dumps({"Hash": other}).encode())) as server, Kubo(server.url) as kubo:
        with pytest.raises(ContentMismatchError, match="keeps something else; nothing was paid") as caught:
            await pinned(CONTENT, kubo)
    assert (caught.value.cid, caught.value.found, caught.value.retry) == (CID, other, Retry.NEVER)


def refusing(status: HTTPStatus) -> Answering:
    return lambda request: Response(f"no {request.headers.get('authorization')}".encode(), status, "text/plain")


@pytest.mark.parametrize(
    ("status", "tries", "retry"),
    [
        (HTTPStatus.UNAUTHORIZED, 1, Retry.NEVER),
        (HTTPStatus.BAD_REQUEST, 1, Retry.NEVER),
        (HTTPStatus.TOO_MANY_REQUESTS, 3, Retry.SAME),
        (HTTPStatus.BAD_GATEWAY, 3, Retry.SAME),
    ],
)
async def test_refusals(status: HTTPStatus, tries: int, retry: Retry) -> None:
    naps = Naps()
    async with served(refusing(status)) as server, Pinata(JWT, url=server.url, sleep=naps) as pinata:
        with pytest.raises(NotPinnedError, match="is not pinned, and nothing was paid") as caught:
            await pinata.pin(CONTENT)
        assert len(server.asked) == tries
    assert (caught.value.retry, caught.value.cid, len(naps.taken)) == (retry, CID, tries - 1)
    assert "S3CRET" not in f"{caught.value!r} {caught.value.as_json()} {pinata!r}"
    assert ("check the token" in caught.value.message) == (status is HTTPStatus.UNAUTHORIZED)


async def test_no_token_is_in_a_traceback() -> None:
    shown = ""
    async with served(refusing(HTTPStatus.UNAUTHORIZED)) as server, Pinata(JWT, url=server.url) as pinata:
        try:
            await pinned(CONTENT, pinata)
        except NotPinnedError as error:
            shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "is not pinned" in shown
    assert "S3CRET" not in shown.replace(ascii(JWT), "")
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(pinata)


async def test_a_service_that_recovers_is_asked_again() -> None:
    answers = [HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.OK]

    def answer(_request: Request) -> Response:
        return Response(json.dumps({"Hash": CID}).encode(), answers.pop(0))

    async with served(answer) as server, Kubo(server.url, sleep=Naps()) as kubo:
        assert await kubo.pin(CONTENT) == CID


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"Hash": 7}', b"<html>", b"[" * 50_000])
async def test_an_answer_without_a_cid(body: bytes) -> None:
    async with served(lambda _: Response(body)) as server, Kubo(server.url, sleep=Naps()) as kubo:
        with pytest.raises(NotPinnedError, match="told no CID"):
            await kubo.pin(CONTENT)


async def test_nobody_there() -> None:
    naps = Naps()
    async with Kubo("http://127.0.0.1:1", sleep=naps) as kubo:
        with pytest.raises(NotPinnedError, match="can't be reached"):
            await kubo.pin(CONTENT)
    assert naps.taken == [0.5, 2.0]


async def test_a_pinning_of_ones_own() -> None:
    class Mine:
        endpoint = "mine"

        async def pin(self, content: bytes) -> str:
            return cid_of(content + b" ")

    mine: Pinning = Mine()
    with pytest.raises(ContentMismatchError, match="mine pinned it as"):
        await pinned(CONTENT, mine)


@pytest.mark.parametrize("jwt", ["", " ", "two words", "line\nbreak", "é"])
def test_what_is_no_token(jwt: str) -> None:
    with pytest.raises(ConfigError, match="not a JWT"):
        Pinata(jwt)


async def test_a_token_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pinata.jwt"
    path.write_text(f"{JWT}\n")
    path.chmod(0o600)
    async with served(refusing(HTTPStatus.OK)) as server, Pinata.from_file(path, url=server.url) as pinata:
        with pytest.raises(NotPinnedError):
            await pinata.pin(CONTENT)
        assert server.asked[0].headers["authorization"] == f"Bearer {JWT}"
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="other users may read the token file"):
        Pinata.from_file(path)
    assert repr(Pinata.from_file(path, allow_shared=True)) == "Pinata(https://api.pinata.cloud)"
    with pytest.raises(ConfigError, match="No such file"):
        Pinata.from_file(tmp_path / "none")


def test_what_the_environment_names(tmp_path: Path) -> None:
    path = tmp_path / "jwt"
    path.write_text(JWT)
    path.chmod(0o644)
    assert pinning_from_environment({}) is None
    assert repr(pinning_from_environment({"NOSANA_PINATA_JWT": JWT})) == "Pinata(https://api.pinata.cloud)"
    kubo = pinning_from_environment({"NOSANA_KUBO_URL": "http://me:S3CRET@127.0.0.1:5001"})
    assert repr(kubo) == "Kubo(http://127.0.0.1:5001)"
    shared = {"NOSANA_PINATA_JWT_FILE": str(path), "NOSANA_ALLOW_SHARED_KEY": "1"}
    assert isinstance(pinning_from_environment(shared), Pinata)
    with pytest.raises(ConfigError, match="chmod 600"):
        pinning_from_environment({"NOSANA_PINATA_JWT_FILE": str(path)})
    with pytest.raises(ConfigError, match="NOSANA_PINATA_JWT and NOSANA_KUBO_URL are both set"):
        pinning_from_environment({"NOSANA_PINATA_JWT": JWT, "NOSANA_KUBO_URL": "http://a"})
