"""Contents, CIDs and CARs against Helia, the JavaScript IPFS, in both directions and through our local IPFS."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from npm import install_script

from nosana_chain.cid import CHUNK_BYTES, cid_of
from nosana_chain.ipfs.car import read_car
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.ipfs.pinning import Kubo, pinned
from nosana_chain.ipfs.walk import assembled
from nosana_chain.localnet.ipfs import LocalIpfs
from nosana_chain.web.exchange import Service

SIZES = [0, 1, 165, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES + 7]
CUTS = [7, 1000, 65536]  # bytes a chunk, in raw leaves: as no `ipfs add` of default settings cuts
MOST = 10**8


@pytest.fixture(scope="session")
def script() -> Path:
    return install_script(Path(__file__).with_name("helia.mjs"))


def ask(script: Path, *questions: dict[str, Any]) -> list[Any]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    command = ["node", str(script)]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["error"] for answer in answers if "error" in answer] == []
    return [answer["answer"] for answer in answers]


@pytest.fixture
def contents(tmp_path: Path) -> list[Path]:
    source = random.Random(11)
    paths = [tmp_path / f"{size}.bin" for size in SIZES]
    for path, size in zip(paths, SIZES, strict=True):
        path.write_bytes(source.randbytes(size))
    return paths


def adding(path: Path, **settings: int) -> dict[str, Any]:
    return {"ask": "add", "from": str(path), "to": f"{path}.{settings.get('chunk', '')}.car", **settings}


def test_helia_gives_the_same_cids_and_its_cars_hold_the_files(script: Path, contents: list[Path]) -> None:
    questions = [adding(path) for path in contents]
    cids = ask(script, *questions)
    assert cids == [cid_of(path.read_bytes()) for path in contents]
    for path, question, cid in zip(contents, questions, cids, strict=True):
        assert assembled(cid, read_car(Path(question["to"]).read_bytes()), most=MOST) == path.read_bytes()


async def test_helia_reads_what_our_local_ipfs_holds(script: Path, contents: list[Path], tmp_path: Path) -> None:
    questions = []
    async with LocalIpfs.start() as ipfs, Kubo(ipfs.url) as kubo, Service(ipfs.gateway_url) as gateway:
        for path in contents:
            cid = await pinned(path.read_bytes(), kubo)
            car = tmp_path / f"{cid}.car"
            car.write_bytes((await gateway.ask("GET", f"{cid}?format=car", most=MOST)).body)
            questions.append({"ask": "read", "from": str(car), "to": f"{car}.out", "cid": cid})
    roots = ask(script, *questions)
    assert roots == [[question["cid"]] for question in questions]
    for path, question in zip(contents, questions, strict=True):
        assert Path(question["to"]).read_bytes() == path.read_bytes()


async def test_files_that_helia_cut_otherwise_are_fetched_and_checked(script: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(random.Random(12).randbytes(70_000))
    questions = [adding(path, chunk=size) for size in CUTS]
    cids = ask(script, *questions)
    assert cid_of(path.read_bytes()) not in cids
    assert len({*cids}) == len(CUTS)
    async with LocalIpfs.start() as ipfs, Gateways([ipfs.gateway_url]) as gateways:
        for question, cid in zip(questions, cids, strict=True):
            ipfs.add_car(Path(question["to"]).read_bytes())
            assert await gateways.fetch(cid) == path.read_bytes()
