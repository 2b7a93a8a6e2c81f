"""What a Kubo node named and gave: the CIDs of its defaults, and its CARs of files that it cut in every other way."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from harness.answering import served

from nosana_chain.cid import cid_of
from nosana_chain.errors import ContentMismatchError
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.localnet.http_server import Request, Response
from nosana_chain.localnet.ipfs import LocalIpfs

RECORDED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "kubo.json").read_text())
CUTS: list[dict[str, Any]] = RECORDED["cuts"]


def content_of(case: dict[str, Any]) -> bytes:
    return random.Random(case["size"]).randbytes(case["size"])


@pytest.mark.parametrize("case", RECORDED["named"], ids=lambda case: case["size"])
def test_kubo_gives_the_same_names(case: dict[str, Any]) -> None:
    assert cid_of(content_of(case)) == case["cid"]


@pytest.mark.parametrize("case", CUTS, ids=lambda case: case["settings"])
async def test_what_kubo_cut_otherwise_is_fetched_and_checked(case: dict[str, Any]) -> None:
    assert cid_of(content_of(case)) != case["cid"]
    async with LocalIpfs.start() as ipfs, Gateways([ipfs.gateway_url]) as gateways:
        ipfs.add_car(base64.b64decode(case["car_base64"]))
        assert await gateways.fetch(case["cid"]) == content_of(case)


@pytest.mark.parametrize("case", CUTS, ids=lambda case: case["settings"])
async def test_a_gateway_that_changes_such_a_file_is_found_out(case: dict[str, Any]) -> None:
    car = bytearray(base64.b64decode(case["car_base64"]))
    car[len(car) // 2] ^= 1

    def changed(request: Request) -> Response:
        if request.first("format") == "car":
            return Response(bytes(car), content_type="application/vnd.ipld.car")
        return Response(content_of(case)[::-1])

    async with served(changed) as server:
        with pytest.raises(ContentMismatchError):
            await Gateways([f"{server.url}/ipfs/"]).fetch(case["cid"])
