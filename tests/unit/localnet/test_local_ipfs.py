"""The local IPFS: Kubo's calls, Pinata's, the gateway, and what stays in a folder."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from off_chain import RECORDED

from nosana_chain.cid import CHUNK_BYTES, blocks_of, cid_of
from nosana_chain.errors import InputError, PortInUseError
from nosana_chain.ipfs.blocks import ref_of
from nosana_chain.ipfs.car import read_car
from nosana_chain.localnet.ipfs import LocalIpfs

CONTENT = b"hello\r\n--x\r\n\r\nworld\r\n" * 3
CID = cid_of(CONTENT)
NOWHERE = cid_of(b"nobody added this")


@pytest.fixture
async def ipfs() -> AsyncIterator[LocalIpfs]:
    async with LocalIpfs.start() as local:
        yield local


@pytest.fixture
async def http(ipfs: LocalIpfs) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=ipfs.url, trust_env=False, timeout=30) as client:
        yield client


async def call(http: httpx2.AsyncClient, path: str, **request: Any) -> tuple[int, Any]:
    answer = await http.post(f"/api/v0/{path}", **request)
    return answer.status_code, answer.json()


async def test_kubos_calls(http: httpx2.AsyncClient) -> None:
    added = await call(http, "add?pin=true&cid-version=0", files={"file": CONTENT})
    assert added == (200, {"Name": CID, "Hash": CID, "Size": str(len(CONTENT))})
    assert await call(http, f"pin/ls?arg={CID}") == (200, {"Keys": {CID: {"Type": "recursive", "Name": ""}}})
    assert (await http.post(f"/api/v0/cat?arg={CID}")).content == CONTENT
    [(digest, block)] = blocks_of(CONTENT).items()
    assert (await http.post(f"/api/v0/block/get?arg=/ipfs/{CID}")).content == block
    assert ref_of(CID).digest == digest
    assert await call(http, f"pin/rm?arg={CID}") == (200, {"Pins": [CID]})
    assert (await call(http, f"pin/rm?arg={CID}"))[0] == 500
    assert await call(http, f"pin/add?arg={CID}") == (200, {"Pins": [CID]})
    assert (await call(http, "version"))[1]["Version"] == "0.0.0"


async def test_kubo_says_what_it_has_not(http: httpx2.AsyncClient) -> None:
    for path in ("cat", "block/get", "pin/add"):
        status, told = await call(http, f"{path}?arg={NOWHERE}")
        assert (status, told["Type"]) == (500, "error")
        assert "not found" in told["Message"]
    assert (await call(http, f"pin/ls?arg={NOWHERE}"))[1]["Message"] == f"path '{NOWHERE}' is not pinned"
    assert (await call(http, "pin/ls"))[1] == {"Keys": {}}
    assert (await call(http, "cat?arg=nonsense"))[0] == 500
    assert (await http.post("/api/v0/swarm/peers")).status_code == 404
    assert (await http.get("/api/v0/version")).status_code == 404  # Kubo's calls are POST


@pytest.mark.parametrize(
    "setting",
    [
        "cid-version=1",
        "raw-leaves=true",
        "chunker=size-1024",
        "hash=blake3",
        "wrap-with-directory=true",
        "only-hash=true",
    ],
)
async def test_settings_that_make_other_cids_are_refused(http: httpx2.AsyncClient, setting: str) -> None:
    status, told = await call(http, f"add?{setting}", files={"file": CONTENT})
    assert (status, told["Type"]) == (500, "error")
    assert "only" in told["Message"]


async def test_an_add_without_a_form_or_a_pin(http: httpx2.AsyncClient, ipfs: LocalIpfs) -> None:
    assert (await call(http, "add", content=b"bare"))[0] == 500
    assert (await call(http, "add", files={"file": b"one", "other": b"two"}))[0] == 500
    assert (await call(http, "add?pin=false", files={"file": CONTENT}))[0] == 200
    assert (ipfs.pins, ipfs.get(CID)) == ((), CONTENT)


async def test_pinatas_calls(http: httpx2.AsyncClient, ipfs: LocalIpfs) -> None:
    for document in RECORDED["cid"]["documents"]:
        text = document["pinned_text"]
        answer = await http.post("/pinning/pinJSONToIPFS", content=text.encode())
        assert answer.json()["IpfsHash"] == document["cid_v0"]
    wrapped = await http.post("/pinning/pinJSONToIPFS", json={"pinataContent": {"b": 1.0, "1": 2}})
    assert ipfs.get(wrapped.json()["IpfsHash"]) == b'{"1":2,"b":1}'
    first = await http.post("/pinning/pinFileToIPFS", files={"file": CONTENT}, data={"pinataOptions": "{}"})
    again = await http.post("/pinning/pinFileToIPFS", files={"file": CONTENT})
    assert (first.json()["IpfsHash"], first.json()["isDuplicate"], again.json()["isDuplicate"]) == (CID, False, True)


@pytest.mark.parametrize("size", [0, 7, 2 * CHUNK_BYTES + 7])
async def test_the_gateway_gives_files_blocks_and_cars(http: httpx2.AsyncClient, ipfs: LocalIpfs, size: int) -> None:
    content = bytes(size)
    cid = ipfs.add(content)
    blocks = blocks_of(content)
    assert (await http.get(f"/ipfs/{cid}")).content == content
    assert (await http.head(f"/ipfs/{cid}")).headers["content-length"] == str(size)
    raw = await http.get(f"/ipfs/{cid}?format=raw")
    assert (raw.content, raw.headers["content-type"]) == (blocks[ref_of(cid).digest], "application/vnd.ipld.raw")
    for car in (
        await http.get(f"/ipfs/{cid}?format=car"),
        await http.get(f"/ipfs/{cid}", headers={"Accept": "application/vnd.ipld.car"}),
    ):
        assert read_car(car.content) == blocks
        assert next(iter(read_car(car.content))) == ref_of(cid).digest


async def test_the_gateway_has_nothing_of_others(http: httpx2.AsyncClient, ipfs: LocalIpfs) -> None:
    for path in (NOWHERE, f"{NOWHERE}?format=raw", f"{NOWHERE}?format=car"):
        assert (await http.get(f"/ipfs/{path}")).status_code == 404
    assert (await http.get("/ipfs/nonsense")).status_code == 400
    ipfs.add(CONTENT)
    ipfs.remove(CID)
    assert (await http.get(f"/ipfs/{CID}")).status_code == 404


async def test_pages_of_other_places_are_refused(http: httpx2.AsyncClient, ipfs: LocalIpfs) -> None:
    ipfs.add(CONTENT)
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
        assert (await http.get(f"/ipfs/{CID}", headers=headers)).status_code == 403
        assert (await http.post("/api/v0/version", headers=headers)).status_code == 403
    page = {"Origin": "http://localhost:3000"}
    answer = await http.get(f"/ipfs/{CID}", headers=page)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, page["Origin"])
    asking = {**page, "Access-Control-Request-Headers": "content-type,authorization"}
    allowed = await http.options("/pinning/pinJSONToIPFS", headers=asking)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-headers"] == "content-type,authorization"
    pinned = await http.post("/pinning/pinJSONToIPFS", json={}, headers=page)
    assert pinned.headers["access-control-allow-origin"] == page["Origin"]


async def test_what_was_added_stays_in_a_folder(tmp_path: Path) -> None:
    content = bytes(CHUNK_BYTES + 1)
    async with LocalIpfs.start(folder=tmp_path / "ipfs") as first:
        cid = first.add(content)
        kept = first.add(CONTENT)
        first.remove(kept)
    async with LocalIpfs.start(folder=tmp_path / "ipfs") as second:
        assert (second.get(cid), second.pins, second.get(kept)) == (content, (cid,), None)
        (tmp_path / "ipfs" / "blocks" / cid).write_bytes(b"damaged")
        assert second.get(cid) is None  # it isn't given


async def test_a_folder_or_a_port_that_can_not_be_used(tmp_path: Path, ipfs: LocalIpfs) -> None:
    (tmp_path / "file").touch()
    port = int(ipfs.url.rpartition(":")[2])
    for error, settings in (
        (InputError, {"folder": tmp_path / "file"}),
        (InputError, {"port": 0}),
        (InputError, {"port": 70000}),
        (PortInUseError, {"port": port}),
    ):
        with pytest.raises(error):
            async with LocalIpfs.start(**settings):  # type: ignore[arg-type]
                pass


async def test_a_fixed_port(ipfs: LocalIpfs) -> None:
    port = int(ipfs.url.rpartition(":")[2])
    assert repr(ipfs) == f"<LocalIpfs http://127.0.0.1:{port}>"
    assert ipfs.gateway_url == f"http://127.0.0.1:{port}/ipfs/"


def test_a_car_that_is_none() -> None:
    from nosana_chain.localnet.block_store import MemoryStore  # noqa: PLC0415  here alone

    with pytest.raises(InputError, match="the CAR file can't be used"):
        LocalIpfs(MemoryStore()).add_car(json.dumps({}).encode())
