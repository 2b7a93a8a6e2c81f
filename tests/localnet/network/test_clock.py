"""Moving the local network's clock."""

import asyncio
from typing import Any

import pytest

from nosana_chain.errors import AmountError
from nosana_chain.localnet import Genesis, Localnet
from nosana_chain.units import DAY
from nosana_chain.wire.connection import Connection


@pytest.mark.parametrize("seconds", [0, -1])
async def test_time_does_not_go_back(seconds: int, net: Localnet) -> None:
    with pytest.raises(AmountError, match="seconds"):
        await net.warp(seconds)


@pytest.mark.parametrize("seconds", [1, 100, 15 * DAY, 100 * 365 * DAY])
async def test_a_warp_moves_time_by_what_was_asked(seconds: int, net: Localnet) -> None:
    before = await net.unix_time()

    told = await net.warp(seconds)

    assert seconds <= told - before <= seconds + 2
    assert 0 <= await net.unix_time() - told <= 2


async def test_slots_never_go_back(net: Localnet) -> None:
    # a travel by time, with these steps, was seen to lead to a lower slot in the end
    async with Connection(net.network, commitment="processed") as connection:
        slots = [(await connection.client.get_slot()).value]
        for seconds in (20 * DAY, 20 * DAY, 20 * DAY, 100):
            await net.warp(seconds)
            slots.append((await connection.client.get_slot()).value)

    assert slots == sorted(set(slots))


async def test_a_transaction_lands_after_a_warp(net: Localnet) -> None:
    await net.warp(400 * DAY)

    receipt = await net.mint_nos(net.wallets["host"].address, 1)

    assert receipt.compute_units > 0


async def test_time_goes_on_by_itself(net: Localnet) -> None:
    before = await net.warp(1)

    while await net.unix_time() == before:
        pass

    assert await net.unix_time() == before + 1


@pytest.mark.parametrize("slot_ms", [20, 400])
async def test_a_warp_is_in_seconds_whatever_the_slot(slot_ms: int, bare_genesis: Genesis) -> None:
    async with Localnet.start(genesis=bare_genesis, slot_ms=slot_ms) as net:
        before = await net.unix_time()

        assert 1000 <= await net.warp(1000) - before <= 1003


async def is_valid(blockhash: str, connection: Connection) -> bool:
    answer = await connection.call("isBlockhashValid", blockhash, {"commitment": "processed"}, answer=Any)
    return bool(answer["value"])


async def test_a_blockhash_lives_150_slots_of_the_chosen_length(bare_genesis: Genesis) -> None:
    async with (
        Localnet.start(genesis=bare_genesis, slot_ms=25) as net,
        Connection(net.network, commitment="processed") as connection,
    ):
        # the first blocks come in a rush
        while (first := await connection.call("getBlockHeight", answer=int)) < 40:  # noqa: ASYNC110  the chain's pace
            await asyncio.sleep(0.02)
        recent = str((await connection.fetch_blockhash()).hash)
        while await is_valid(recent, connection):
            last = await connection.call("getBlockHeight", answer=int)

    assert 145 <= last - first <= 175  # a busy machine is late with its looks


async def test_a_blockhash_outlives_a_warp(net: Localnet) -> None:
    async with Connection(net.network, commitment="processed") as connection:
        recent = str((await connection.fetch_blockhash()).hash)
        await net.warp(400 * DAY)
        assert await is_valid(recent, connection)
