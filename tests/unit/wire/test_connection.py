import asyncio
import base64
from typing import Any

import pytest
from fault.wire import FakeTime, ScriptedTransport, blockhash, failure, signed_transfer, simulated
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.engine.simulate import simulate
from nosana_chain.errors import (
    ConfigError,
    InputError,
    NotFoundError,
    Retry,
    RpcResponseError,
    RpcUnreachableError,
    WrongNetworkError,
)
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network
from nosana_chain.wire.connection import Commitment, Connection
from nosana_chain.wire.transport import RpcRequest

SOMEONE = Pubkey(bytes(range(32)))


def _connect(
    answers: dict[str, list[Any]], network: Network = LOCALNET, commitment: Commitment = "confirmed"
) -> tuple[Connection, ScriptedTransport]:
    transport = ScriptedTransport(answers)
    return Connection(network, transport=transport, commitment=commitment), transport


def _account(data: bytes = b"", lamports: int = 5) -> dict[str, Any]:
    return {
        "lamports": lamports,
        "data": [base64.b64encode(data).decode(), "base64"],
        "owner": str(Pubkey.default()),
        "executable": False,
        "rentEpoch": 0,
        "space": len(data),
    }


def _value(value: Any, *, slot: int = 1) -> dict[str, Any]:
    return {"context": {"slot": slot}, "value": value}


def _addresses(count: int) -> list[Pubkey]:
    return [Pubkey(index.to_bytes(32)) for index in range(count)]


def test_a_network_without_an_endpoint_needs_one() -> None:
    with pytest.raises(ConfigError, match=r"mainnet has no RPC endpoint.*network.at"):
        Connection(MAINNET)


async def test_wrong_cluster() -> None:
    connection, _ = _connect({"getGenesisHash": [MAINNET.genesis_hash]}, DEVNET)
    with pytest.raises(WrongNetworkError, match="does not serve devnet") as caught:
        await connection.check_network()
    assert caught.value.facts["found"] == MAINNET.genesis_hash


async def test_right_cluster_is_asked_for_once() -> None:
    connection, transport = _connect({"getGenesisHash": [DEVNET.genesis_hash]}, DEVNET)
    await connection.check_network()
    await connection.check_network()
    assert transport.methods == ["getGenesisHash"]


@pytest.mark.parametrize("garbage", ["", "no hash", "1" * 31, str(DEVNET.genesis_hash)[:-2], None, 5])
async def test_a_genesis_hash_that_is_none_is_not_kept(garbage: Any) -> None:
    connection, _ = _connect({"getGenesisHash": [garbage, DEVNET.genesis_hash]}, DEVNET)
    with pytest.raises(RpcResponseError, match="no readable answer") as caught:
        await connection.fetch_genesis_hash()
    assert caught.value.retry is Retry.SAME
    await connection.check_network()
    assert await connection.fetch_genesis_hash() == DEVNET.genesis_hash


async def test_a_cluster_of_ones_own_is_not_asked() -> None:
    connection, transport = _connect({})
    await connection.check_network()
    assert transport.methods == []


@pytest.mark.parametrize("value", [None, "text", {"context": {"slot": 1}}, _value({"lamports": "many"})])
async def test_account_of_an_unexpected_form(value: Any) -> None:
    connection, _ = _connect({"getAccountInfo": [value]})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await connection.fetch_account(SOMEONE)


async def test_fewer_accounts_than_were_asked_for() -> None:
    connection, _ = _connect({"getMultipleAccounts": [_value([None])]})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await connection.fetch_accounts(_addresses(2))


async def test_a_clock_that_is_cut() -> None:
    connection, _ = _connect({"getAccountInfo": [_value(_account(bytes(39)))]})
    with pytest.raises(NotFoundError, match="Clock"):
        await connection.fetch_clock()


async def test_a_node_that_stays_behind_what_landed() -> None:
    time = FakeTime()
    transport = ScriptedTransport({"getBalance": [_value(7)]})
    connection = Connection(LOCALNET, transport=transport, sleep=time.sleep)
    connection.saw(2)
    with pytest.raises(RpcUnreachableError, match=r"lags: it answers as of slot 1.*landed in slot 2"):
        await connection.fetch_balance(SOMEONE)
    assert sum(time.slept) < 10


async def test_a_slot_that_no_node_reaches_is_forgotten() -> None:
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getBalance": [_value(7)]}), sleep=FakeTime().sleep)
    connection.saw(2)
    with pytest.raises(RpcUnreachableError, match="the next answer is taken"):
        await connection.fetch_balance(SOMEONE)
    assert await connection.fetch_balance(SOMEONE) == 7


async def test_a_slot_that_a_node_says_it_never_reaches_is_forgotten() -> None:
    connection, transport = _connect({"getProgramAccounts": [failure(-32016, "not reached"), []]})
    connection.saw(5)
    with pytest.raises(RpcUnreachableError):
        await connection.find_accounts(SOMEONE)
    assert await connection.find_accounts(SOMEONE) == []
    assert "minContextSlot" not in transport.requests[1]["params"][1]


@pytest.mark.parametrize("slot", [2**48, 2**63, 2**64 - 1, 2**64, 2**70, 10**9, -1])
async def test_a_false_slot_is_not_waited_for(slot: int) -> None:
    connection, _ = _connect({"getBalance": [_value(7, slot=1000)]})
    await connection.fetch_balance(SOMEONE)
    connection.saw(slot)
    assert await connection.fetch_balance(SOMEONE) == 7
    assert "minContextSlot" not in connection.seen_options()


async def test_lists_lag_too() -> None:
    answers = [_value([], slot=4), _value([{"pubkey": str(SOMEONE), "account": _account()}], slot=5)]
    connection = Connection(
        LOCALNET, transport=ScriptedTransport({"getProgramAccounts": answers}), sleep=FakeTime().sleep
    )
    connection.saw(5)
    assert len(await connection.find_accounts(SOMEONE)) == 1


async def test_a_node_that_lags_is_asked_again() -> None:
    time = FakeTime()
    answers = [_value(None), {"context": {"slot": 5}, "value": _account(lamports=9)}]
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getAccountInfo": answers}), sleep=time.sleep)
    connection.saw(5)
    connection.saw(4)
    account = await connection.fetch_account(SOMEONE)
    assert account is not None
    assert (account.lamports, len(time.slept)) == (9, 1)


async def test_lists_and_simulations_ask_for_the_slot_to_have_seen() -> None:
    connection, transport = _connect({"getProgramAccounts": [[]], "simulateTransaction": [simulated()]})
    await connection.find_accounts(SOMEONE)
    connection.saw(5)
    await connection.find_accounts(SOMEONE)
    await simulate(connection, signed_transfer().transaction)
    asked = [request["params"][1].get("minContextSlot") for request in transport.requests]
    assert asked == [None, 5, 5]


@pytest.mark.parametrize("value", [None, "5", 5.5, {}])
async def test_number_of_an_unexpected_form(value: Any) -> None:
    connection, _ = _connect({"getMinimumBalanceForRentExemption": [value]})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await connection.fetch_rent(165)


@pytest.mark.parametrize("text", ["zz", "", 5, None])
async def test_blockhash_of_an_unexpected_form(text: Any) -> None:
    connection, _ = _connect({"getLatestBlockhash": [_value({"blockhash": text, "lastValidBlockHeight": 1})]})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await connection.fetch_blockhash()


async def test_an_answer_that_is_no_text() -> None:
    connection, _ = _connect({"getAccountInfo": [b'{"result":"\xff\xfe"}']})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await connection.fetch_account(SOMEONE)


async def test_errors_inside_answers_are_raised_by_the_client_too() -> None:
    connection, _ = _connect({"getSlot": [failure(-32099, "unheard of")]})
    with pytest.raises(RpcResponseError, match="unheard of"):
        await connection.client.get_slot()


async def test_cluster_without_a_clock() -> None:
    connection, _ = _connect({"getAccountInfo": [_value(None)]})
    with pytest.raises(NotFoundError, match="no Clock sysvar"):
        await connection.fetch_clock()


async def test_no_account() -> None:
    connection, _ = _connect({"getAccountInfo": [_value(None)]})
    assert await connection.fetch_account(SOMEONE) is None


async def test_account() -> None:
    connection, transport = _connect({"getAccountInfo": [_value(_account(b"abc"))]}, commitment="processed")
    assert await connection.fetch_account(SOMEONE) == Account(5, b"abc", Pubkey.default())
    assert transport.requests[0]["params"][1]["commitment"] == "processed"


async def test_accounts_in_batches_of_a_hundred() -> None:
    answers = [_value([_account(lamports=n) for n in range(100)]), _value([None, _account()])]
    connection, transport = _connect({"getMultipleAccounts": answers})
    accounts = await connection.fetch_accounts(_addresses(102))
    assert [account.lamports for account in accounts[:100]] == list(range(100))
    assert accounts[100] is None
    assert [len(params[0]) for params in transport.params("getMultipleAccounts")] == [100, 2]


async def test_an_address_is_asked_for_once_however_often_it_is_named() -> None:
    connection, transport = _connect({"getMultipleAccounts": [_value([_account(lamports=1), _account(lamports=2)])]})
    one, two = _addresses(2)
    accounts = await connection.fetch_accounts([one, two, one])
    assert [account.lamports for account in accounts if account] == [1, 2, 1]
    assert transport.params("getMultipleAccounts")[0][0] == [str(one), str(two)]


async def test_a_sight_is_as_of_its_oldest_part() -> None:
    answers = [_value([None] * 100, slot=9), _value([None] * 100, slot=7), _value([_account()] * 2, slot=8)]
    connection, _ = _connect({"getMultipleAccounts": answers})
    addresses = _addresses(202)
    sight = await connection.look(addresses)
    assert sight.slot == 7
    assert list(sight.accounts) == addresses
    assert sight.accounts[addresses[200]] == Account(5, b"", Pubkey.default())
    assert (await connection.look([])).slot == 0


async def test_pages_are_asked_for_side_by_side() -> None:
    class Counting(ScriptedTransport):
        open = most = 0

        async def send(self, request: RpcRequest) -> bytes:
            self.open += 1
            self.most = max(self.most, self.open)
            await asyncio.sleep(0)
            self.open -= 1
            return await super().send(request)

    transport = Counting({"getMultipleAccounts": [_value([None] * 100)]})
    await Connection(LOCALNET, transport=transport).fetch_accounts(_addresses(2000))
    assert (transport.most, len(transport.requests)) == (8, 20)


async def test_one_page_that_fails_ends_the_others() -> None:
    class Suspending(ScriptedTransport):
        async def send(self, request: RpcRequest) -> bytes:
            await asyncio.sleep(0)
            return await super().send(request)

    transport = Suspending({"getMultipleAccounts": [failure(-32602, "no")]})
    with pytest.raises(RpcResponseError, match="no"):
        await Connection(LOCALNET, transport=transport).fetch_accounts(_addresses(50_000))
    assert len(transport.requests) < 50


async def test_no_addresses_ask_nothing() -> None:
    connection, transport = _connect({})
    assert await connection.fetch_accounts([]) == []
    assert transport.requests == []


async def test_accounts_of_a_program() -> None:
    found = [{"pubkey": str(SOMEONE), "account": _account(b"abc")}]
    connection, transport = _connect({"getProgramAccounts": [found]})
    accounts = await connection.find_accounts(Pubkey.default(), filters=[3, Memcmp(0, b"ab")])
    assert accounts == [(SOMEONE, Account(5, b"abc", Pubkey.default()))]
    settings = transport.requests[0]["params"][1]
    assert settings["commitment"] == "confirmed"
    assert settings["filters"] == [{"dataSize": 3}, {"memcmp": {"offset": 0, "encoding": "bytes", "bytes": [97, 98]}}]


async def test_balance() -> None:
    connection, _ = _connect({"getBalance": [_value(2**53 + 1)]})
    assert await connection.fetch_balance(SOMEONE) == 2**53 + 1


async def test_clock_is_the_last_field_of_the_sysvar() -> None:
    clock = bytes(32) + (1_700_000_000).to_bytes(8, "little")
    connection, _ = _connect({"getAccountInfo": [_value(_account(clock))]})
    assert await connection.fetch_clock() == 1_700_000_000


async def test_blockhash() -> None:
    connection, transport = _connect({"getLatestBlockhash": [blockhash(150)]}, commitment="finalized")
    recent = await connection.fetch_blockhash()
    assert str(recent.hash) == blockhash()["value"]["blockhash"]
    assert recent.last_valid_block_height == 150
    assert transport.requests[0]["params"] == [{"commitment": "finalized"}]


async def test_rent() -> None:
    connection, transport = _connect({"getMinimumBalanceForRentExemption": [2_039_280]})
    assert await connection.fetch_rent(165) == 2_039_280
    assert transport.requests[0]["params"] == [165, {"commitment": "confirmed"}]


async def test_raw_requests_of_the_client_go_the_same_way() -> None:
    connection, transport = _connect({"getSlot": [7]})
    assert (await connection.client.get_slot()).value == 7
    assert transport.methods == ["getSlot"]


async def test_closes_its_transport() -> None:
    connection, transport = _connect({})
    async with connection:
        assert not transport.closed
    assert transport.closed


@pytest.mark.parametrize("parameter", [object(), {1: {2: object()}}, "\ud800"])
async def test_parameters_that_are_no_json(parameter: object) -> None:
    connection, transport = _connect({})
    with pytest.raises(InputError, match="getSlot: its parameters can't be written as JSON"):
        await connection.call("getSlot", parameter, answer=int)
    assert transport.requests == []
