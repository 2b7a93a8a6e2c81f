"""Subscriptions on a real Surfpool: each signature's verdict comes once, and never before its subscription's answer."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from nosana_chain.localnet import Localnet
from nosana_chain.wire.connection import Connection

SOCKETS = 4
TRANSFERS = 75  # of each socket


async def verdicts(net: Localnet, connection: Connection, url: str, commitment: str) -> list[list[Any]]:
    """For each of some transfers, what a socket heard of its subscription, in order."""
    heard: dict[int, list[Any]] = {}
    host = str(net.wallets["host"].address)
    async with connect(url) as socket:
        for number in range(TRANSFERS):
            signature = await connection.call("requestAirdrop", host, 10**6 + number, answer=str)
            params = [signature, {"commitment": commitment}]
            await socket.send(
                json.dumps({"jsonrpc": "2.0", "id": number, "method": "signatureSubscribe", "params": params})
            )
        unfinished = 2 * TRANSFERS
        answered: dict[int, int] = {}
        while unfinished:
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            unfinished -= 1
            if "result" in message:
                answered[message["result"]] = message["id"]
                heard[message["id"]] = ["answer"]
            else:
                heard[answered[message["params"]["subscription"]]].append(message["params"]["result"]["value"])
        await socket.send('{"jsonrpc": "2.0", "id": "end", "method": "nothing"}')
        assert json.loads(await socket.recv())["id"] == "end"
    return list(heard.values())


@pytest.mark.parametrize("commitment", ["processed", "confirmed", "finalized"])
async def test_every_signature_is_told_once_and_after_the_answer(commitment: str, net: Localnet) -> None:
    urls = [net.network.ws_url, net.network.rpc_url.replace("http", "ws")] * (SOCKETS // 2)
    async with Connection(net.network) as connection:
        heard = await asyncio.gather(*(verdicts(net, connection, url, commitment) for url in urls))

    assert [each for socket in heard for each in socket] == [["answer", {"err": None}]] * SOCKETS * TRANSFERS
