"""Fetching from gateways that are slow, missing, lying, or cut files otherwise."""

from __future__ import annotations

import gzip
import socket
from collections.abc import AsyncIterator
from hashlib import sha256
from http import HTTPStatus

import pytest
from harness.answering import missing, served

from nosana_chain.cid import CHUNK_BYTES, cid_of
from nosana_chain.errors import CidError, ConfigError, ContentMismatchError, NotFetchedError
from nosana_chain.ipfs.blocks import Codec, Ref
from nosana_chain.ipfs.car import write_car
from nosana_chain.ipfs.gateways import DEFAULT_GATEWAYS, Gateways
from nosana_chain.localnet.http_server import Request, Response
from nosana_chain.localnet.ipfs import LocalIpfs

CONTENT = b'{"status": "success"}'
CID = cid_of(CONTENT)


@pytest.fixture
async def ipfs() -> AsyncIterator[LocalIpfs]:
    async with LocalIpfs.start() as local:
        yield local


async def fetch(*urls: str, cid: str = CID, most: int = 10**7, head_start: float = 5) -> bytes:
    async with Gateways(urls, head_start_seconds=head_start, timeout_seconds=300) as gateways:
        return await gateways.fetch(cid, most=most)


@pytest.mark.parametrize("size", [0, 5, CHUNK_BYTES * 3 + 1])
async def test_what_was_added_is_fetched(ipfs: LocalIpfs, size: int) -> None:
    cid = ipfs.add(b"x" * size)
    assert await fetch(ipfs.gateway_url, cid=cid) == b"x" * size


async def test_the_next_gateway_is_asked_where_one_has_nothing(ipfs: LocalIpfs) -> None:
    ipfs.add(CONTENT)
    async with served(missing) as empty:
        assert await fetch(f"{empty.url}/ipfs/", "http://127.0.0.1:1/ipfs/", ipfs.gateway_url) == CONTENT
        assert empty.paths == [f"/ipfs/{CID}"]


@pytest.mark.timeout(30)
async def test_a_slow_gateway_does_not_hold_up_the_others(ipfs: LocalIpfs) -> None:
    ipfs.add(CONTENT)
    with socket.create_server(("127.0.0.1", 0)) as never:  # takes the connection, and says nothing
        slow = f"http://127.0.0.1:{never.getsockname()[1]}/ipfs/"
        assert await fetch(slow, ipfs.gateway_url, head_start=0.01) == CONTENT


def lying(_request: Request) -> Response:
    return Response(CONTENT.replace(b"success", b"failed!"), content_type="application/json")


async def test_a_lie_is_found_out_and_the_truth_taken_elsewhere(ipfs: LocalIpfs) -> None:
    ipfs.add(CONTENT)
    async with served(lying) as liar:
        assert await fetch(f"{liar.url}/ipfs/", ipfs.gateway_url) == CONTENT


async def test_a_lie_alone_is_an_error() -> None:
    async with served(lying) as liar:
        with pytest.raises(ContentMismatchError, match="some gave something else") as caught:
            await fetch(f"{liar.url}/ipfs/", "http://127.0.0.1:1/ipfs/")
    assert len(caught.value.facts["reasons"]) == 2
    assert caught.value.cid == CID


async def test_nothing_anywhere_is_an_error_with_each_reason() -> None:
    async with served(missing) as empty:
        with pytest.raises(NotFetchedError) as caught:
            await fetch(f"{empty.url}/ipfs/", "http://127.0.0.1:1/ipfs/")
    assert [*map(str.strip, sorted(caught.value.reasons))] == sorted(
        [
            f"{empty.url}/ipfs answered HTTP 404: no such thing",
            "http://127.0.0.1:1/ipfs can't be reached (ConnectError)",
        ]
    )


LEAVES = {Ref(Codec.RAW, sha256(leaf).digest()): leaf for leaf in (b"one ", b"two ", b"three")}


def rooted() -> tuple[Ref, bytes]:
    """A file that was cut into three raw leaves, as no `ipfs add` of default settings does."""
    links = b"".join(b"\x12\x28\x0a\x24" + ref.binary + b"\x12\x00" for ref in LEAVES)
    data = b"\x08\x02\x18\x0d\x20\x04\x20\x04\x20\x05"
    root = links + b"\x0a" + bytes([len(data)]) + data
    return Ref(Codec.DAG_PB, sha256(root).digest()), root


async def test_a_file_of_another_cut_is_checked_block_by_block(ipfs: LocalIpfs) -> None:
    ref, root = rooted()
    ipfs.add_car(write_car(ref, {**LEAVES, ref: root}))
    assert await fetch(ipfs.gateway_url, cid=ref.cid) == b"one two three"


async def test_a_gateway_without_cars_is_asked_for_each_block() -> None:
    ref, root = rooted()
    blocks = {each.cid: block for each, block in {**LEAVES, ref: root}.items()}

    def blocks_alone(request: Request) -> Response:
        name = request.path.removeprefix("/ipfs/")
        if request.first("format") == "raw":
            return Response(blocks[name], content_type="application/vnd.ipld.raw")
        if request.first("format") == "car":
            return Response(b"unsupported", HTTPStatus.NOT_ACCEPTABLE)
        return Response(b"one two three")

    async with served(blocks_alone) as gateway:
        assert await fetch(f"{gateway.url}/ipfs/", cid=ref.cid) == b"one two three"
        assert len(gateway.asked) == 6


async def test_a_lie_in_one_block_is_found_out() -> None:
    ref, root = rooted()

    def twisted(request: Request) -> Response:
        if request.first("format") == "car":
            car = write_car(ref, {**LEAVES, ref: root}).replace(b"two ", b"2wo ")
            return Response(car, content_type="application/vnd.ipld.car")
        return Response(b"one 2wo three")

    async with served(twisted) as gateway:
        with pytest.raises(ContentMismatchError, match="a block is not the one"):
            await fetch(f"{gateway.url}/ipfs/", cid=ref.cid)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("packed", [True, False])
async def test_an_endless_answer_is_cut(packed: bool) -> None:  # noqa: FBT001  a case
    body = gzip.compress(bytes(3_000_000)) if packed else bytes(3_000_000)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    async with served(lambda _: Response(body, headers=headers)) as gateway:
        with pytest.raises(NotFetchedError, match="more than 1000 bytes"):
            await fetch(f"{gateway.url}/ipfs/", most=1000)


async def test_a_token_of_a_gateway_goes_with_the_request_and_is_never_shown() -> None:
    def echoing(request: Request) -> Response:
        return Response(f"bad token {request.first('token')}".encode(), HTTPStatus.FORBIDDEN, "text/plain")

    async with served(echoing) as gateway:
        url = f"{gateway.url}/ipfs/?token=S3CRETTOKEN"
        async with Gateways([url]) as gateways:
            assert "S3CRET" not in repr(gateways)
            with pytest.raises(NotFetchedError) as caught:
                await gateways.fetch(CID)
        assert gateway.asked[0].first("token") == "S3CRETTOKEN"
        assert "S3CRET" not in f"{caught.value!r} {caught.value.as_json()}"
        assert "bad token …" in caught.value.message


async def test_what_is_no_cid_asks_nobody() -> None:
    async with served(missing) as gateway:
        with pytest.raises(CidError):
            await fetch(f"{gateway.url}/ipfs/", cid="bafybeiesima3g37p4ugnqpetubug2lrfzyc5unfvbtlz2bbsr3z5b3em6y")
        assert gateway.asked == []


async def test_which_gateways_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOSANA_IPFS_GATEWAYS", raising=False)
    assert repr(Gateways()).count("https://") == len(DEFAULT_GATEWAYS)
    monkeypatch.setenv("NOSANA_IPFS_GATEWAYS", " https://a.example/ipfs/ ,https://b.example/ipfs")
    assert repr(Gateways()) == "Gateways(https://a.example/ipfs, https://b.example/ipfs)"
    with pytest.raises(ConfigError, match="takes a gateway"):
        Gateways([])
    with pytest.raises(ConfigError, match="must begin with https"):
        Gateways(["ftp://a"])
