"""Posts through a proxy that fails and lies, kind by kind: none lost, none double, none dearer, no error but ours."""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fault.wire import http
from harness.networks import local_network
from harness.proxy import Forward, Proxy, Rule, proxy_to
from harness.twisted_sockets import TWISTS, twisted_dial
from solders.pubkey import Pubkey
from stage import CID, PRICE, Scene, scene_on

from nosana_chain.bindings.jobs.accounts import MarketAccount
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import Journal
from nosana_chain.engine.waiting import ConfirmPolicy
from nosana_chain.errors import BlockhashExpiredError, NosanaError, Retry
from nosana_chain.pda import market_vault_address
from nosana_chain.programs.jobs.actions import Jobs
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryPolicy
from nosana_chain.wire.stack import WirePolicy
from nosana_chain.wire.subscriptions import Subscriptions
from nosana_chain.wire.websocket import Dial, dial

TIMEOUT = 60
DEPOSIT = TIMEOUT * PRICE
WAITING = ConfirmPolicy(resend_seconds=0.3, refusal_seconds=0.5, patience_seconds=2, limit_seconds=4)
PATIENT = ConfirmPolicy(resend_seconds=0.5, limit_seconds=60)
WIRE = WirePolicy(retries=RetryPolicy(first_delay_seconds=0.02, max_delay_seconds=0.1, max_asked_wait_seconds=1))
AT_ONCE = 25
OVER_SECONDS = 9.0  # 150 slots of 50 ms, and some
_MOSTLY = 0.8
AGAIN = 3  # times that a post without the proxy may expire
ROOM = 300  #: jobs in a market before the next one is opened: its queue takes 314
METHODS = (
    "getMultipleAccounts",
    "simulateTransaction",
    "getLatestBlockhash",
    "getRecentPrioritizationFees",
    "getSignaturesForAddress",
    "sendTransaction",
    "getSignatureStatuses",
    "getTransaction",
    "getEpochInfo",
)

_TAKEN = http(b'{"jsonrpc":"2.0","id":0,"result":"x"}')
Rules = Callable[[random.Random], dict[str, Rule]]


def _answering(raw: bytes, *, forwarded: bool, often: float = 0.3, only: tuple[str, ...] = METHODS) -> Rules:
    """Now and then this answer, whether or not the request is passed on."""

    def rules(chance: random.Random) -> dict[str, Rule]:
        async def rule(_asked: dict[str, Any], forward: Forward) -> bytes | None:
            if chance.random() >= often:
                return None
            if forwarded:
                await forward()
            return raw

        return dict.fromkeys(only, rule)

    return rules


def _lying(method: str, lie: Callable[[random.Random, Any], Any], *, swallowed: float = 0.0) -> Rules:
    """Altered results of a method; and some of what is sent gets nowhere."""

    def rules(chance: random.Random) -> dict[str, Rule]:
        async def altered(_asked: dict[str, Any], forward: Forward) -> bytes:
            answer = json.loads(await forward())
            if "result" in answer:
                answer["result"] = lie(chance, answer["result"])
            return http(json.dumps(answer).encode())

        lost = _answering(_TAKEN, forwarded=False, often=swallowed, only=("sendTransaction",))
        return lost(chance) | {method: altered}

    return rules


def _delaying(chance: random.Random) -> dict[str, Rule]:
    async def rule(_asked: dict[str, Any], _forward: Forward) -> None:
        await asyncio.sleep(chance.uniform(0, 0.4))

    return dict.fromkeys(METHODS, rule)


def _doubling(_chance: random.Random) -> dict[str, Rule]:
    async def rule(_asked: dict[str, Any], forward: Forward) -> None:
        await forward()

    return dict.fromkeys(METHODS, rule)


def _reordering(chance: random.Random) -> dict[str, Rule]:
    """What is sent is passed on later, in any order; the answer is given at once."""
    late: set[asyncio.Task[Any]] = set()

    async def rule(_asked: dict[str, Any], forward: Forward) -> bytes:
        async def later() -> None:
            await asyncio.sleep(chance.uniform(0, 2))
            await forward()

        task = asyncio.create_task(later())
        late.add(task)
        task.add_done_callback(late.discard)
        return _TAKEN

    return {"sendTransaction": rule}


def _stale(chance: random.Random) -> dict[str, Rule]:
    """One blockhash, which is over by the time that anybody gets it; now and then a good one."""
    kept: list[bytes] = []
    first = asyncio.Lock()

    async def rule(_asked: dict[str, Any], forward: Forward) -> bytes:
        async with first:
            if not kept:
                kept.append(await forward())
                await asyncio.sleep(OVER_SECONDS)
        return http(kept[0] if chance.random() < _MOSTLY else await forward())

    return {"getLatestBlockhash": rule}


def _market_price(price: int, _chance: random.Random, result: Any) -> Any:
    values = result["value"]
    for one in values:
        data = base64.b64decode(one["data"][0]) if one else b""
        if data[:8] == MarketAccount.discriminator:
            parsed = {name: value for name, value in MarketAccount.layout.parse(data[8:]).items() if name != "_io"}
            changed = data[:8] + MarketAccount.layout.build(parsed | {"job_price": price})
            one["data"][0] = base64.b64encode(changed.ljust(len(data), b"\0")).decode()
    return result


def _simulated(chance: random.Random, result: Any) -> Any:
    value = result["value"]
    text = json.dumps(value.get("innerInstructions") or [])
    lies = (
        {"innerInstructions": json.loads(text.replace(f'"{DEPOSIT}"', f'"{DEPOSIT * 1000}"'))},
        {"innerInstructions": [], "accounts": None},
        {"unitsConsumed": chance.choice([0, 2**63, 10**6])},
        {"err": "AccountInUse"},
        {"logs": ["Program x invoke [1]", "Program x failed: \x1b[2J"]},
    )
    return {**result, "value": value | chance.choice(lies)}


def _purse(chance: random.Random, result: Any) -> Any:
    """Token accounts are worth something else, and wallets have other lamports."""
    for one in result["value"]:
        data = base64.b64decode(one["data"][0]) if one else b""
        if one and len(data) == 165:
            worth = chance.choice([0, 1, DEPOSIT, 2**63]).to_bytes(8, "little")
            one["data"][0] = base64.b64encode(data[:64] + worth + data[72:]).decode()
        elif one and not data:
            one["lamports"] = chance.choice([0, 1, 10**15])
    return result


def _status(told: Any, often: float) -> Callable[[random.Random, Any], Any]:
    def lie(chance: random.Random, result: Any) -> Any:
        answers = [told if chance.random() < often else honest for honest in result["value"]]
        return {**result, "value": answers}

    return lie


def _height(chance: random.Random, result: Any) -> Any:
    return result | {"blockHeight": chance.choice([0, 300_000_000, 2**62]), "absoluteSlot": chance.choice([1, 2**62])}


def _told(commitment: str, err: Any = None) -> dict[str, Any]:
    return {"slot": 5, "confirmations": 1, "err": err, "confirmationStatus": commitment}


_BUSY = "503 Service Unavailable"
KINDS: dict[str, Rules] = {
    "drops": _answering(b"", forwarded=False),
    "delays": _delaying,
    "duplicates": _doubling,
    "reorders": _reordering,
    "429": _answering(http(b"busy", "429 Too Many Requests", "Retry-After: 0"), forwarded=False),
    "503": _answering(http(b"busy", _BUSY), forwarded=True),
    "408": _answering(http(b"late", "408 Request Timeout"), forwarded=True),
    "403 after forwarding": _answering(
        http(b"no", "403 Forbidden"), forwarded=True, only=("sendTransaction",), often=1
    ),
    "garbage": _answering(http(b"<html>\xff"), forwarded=True),
    "half an answer": _answering(http(b'{"jsonrpc":"2.0","id":0,"resu'), forwarded=True),
    "loses the answer after landing": _answering(b"", forwarded=True, only=("sendTransaction",), often=1),
    "dies after sending": _answering(b"", forwarded=True, only=("getSignatureStatuses", "getTransaction"), often=0.95),
    "swallows": _answering(_TAKEN, forwarded=False, only=("sendTransaction",), often=0.9),
    "stale blockhashes": _stale,
    "heights of another cluster": _lying("getEpochInfo", _height, swallowed=0.7),
    "lies: cheaper": _lying("getMultipleAccounts", partial(_market_price, 1)),
    "lies: dearer": _lying("getMultipleAccounts", partial(_market_price, PRICE * 1000)),
    "lies: balance": _lying("getMultipleAccounts", _purse),
    "lies: simulation": _lying("simulateTransaction", _simulated),
    "lies: not there": _lying("getSignatureStatuses", _status(None, 0.8)),
    "lies: landed": _lying("getSignatureStatuses", _status(_told("confirmed"), 0.9), swallowed=0.7),
    "lies: finalized": _lying("getSignatureStatuses", _status(_told("finalized"), 0.9), swallowed=0.7),
    "lies: failed": _lying("getSignatureStatuses", _status(_told("confirmed", "AccountInUse"), 0.9)),
} | {kind: _answering(_TAKEN, forwarded=False, only=("sendTransaction",), often=0.2) for kind in TWISTS}


@dataclass
class Tally:
    """What came of the posts of one kind."""

    posts: int = 0
    posted: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    double: int = 0
    dearer: int = 0
    foreign: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what came of other posts of the kind, too."""
        for one in ("posts", "posted", "lost", "double", "dearer"):
            setattr(self, one, getattr(self, one) + getattr(other, one))
        for name, count in other.errors.items():
            self.errors[name] = self.errors.get(name, 0) + count
        self.foreign += other.foreign

    @property
    def is_exact(self) -> bool:
        return not (self.lost or self.double or self.dearer or self.foreign)


@dataclass
class Post:
    """A client of a proxy, and one of the node itself, with one journal: what is asked of the one is asked again."""

    market: Pubkey
    first: Jobs
    again: Jobs

    async def run(self, key: str, tally: Tally) -> Pubkey | None:
        wanted = {"definition_cid": CID, "timeout": TIMEOUT, "idempotency_key": key}
        try:
            await self.first.post_job(self.market, **wanted)  # type: ignore[arg-type]
            tally.posted += 1
        except NosanaError as error:
            name = f"{type(error).__name__}/{error.retry}"
            tally.errors[name] = tally.errors.get(name, 0) + 1
        except Exception as error:  # noqa: BLE001  whatever it is, it is a fault
            tally.foreign.append(repr(error))
        try:
            return await self._ask_again(wanted)
        except Exception as error:  # noqa: BLE001
            tally.lost += 1
            tally.foreign.append(f"asked again: {error!r}")
            return None

    async def _ask_again(self, wanted: dict[str, Any]) -> Pubkey:
        """Without the proxy, and as an error says to: on a busy machine a blockhash may die before it is used."""
        for _ in range(AGAIN):
            try:
                return (await self.again.post_job(self.market, **wanted)).job
            except BlockhashExpiredError as error:
                if error.retry is not Retry.RESIGN:
                    raise
        return (await self.again.post_job(self.market, **wanted)).job


async def run_kind(kind: str, count: int, scene: Scene, journal: Journal, *, seed: int = 8) -> Tally:
    """Post `count` jobs in markets of their own, through a proxy of that kind and once more without it."""
    tally = Tally(posts=count)
    chance = random.Random(seed)
    twist = twisted_dial(TWISTS[kind](), chance) if kind in TWISTS else None
    async with proxy_to(str(scene.net.network.rpc_url)) as proxy, clients(scene, proxy, journal, twist) as pair:
        proxy.rules = KINDS[kind](chance)
        keys = [f"{kind} {number}" for number in range(count)]
        for start in range(0, count, ROOM):
            await _fill(scene, pair, keys[start : start + ROOM], tally)
    return tally


async def _fill(scene: Scene, pair: tuple[Jobs, Jobs], keys: Sequence[str], tally: Tally) -> None:
    """Post a job for each key in a market that nobody else uses."""
    market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
    post, jobs, lost = Post(market, *pair), set[Pubkey | None](), tally.lost
    for start in range(0, len(keys), AT_ONCE):
        jobs |= set(await asyncio.gather(*(post.run(key, tally) for key in keys[start : start + AT_ONCE])))
    there = await scene.builder.jobs.find_jobs(market=market)
    tally.double += len({job.address for job in there} - jobs)
    tally.lost = lost + max(tally.lost - lost, len(keys) - len(there))
    paid = await _held(scene, market)
    tally.dearer += sum(job.deposit != DEPOSIT for job in there) or int(paid != DEPOSIT * len(there))


async def _held(scene: Scene, market: Pubkey) -> int:
    """Base units in a market's vault."""
    vault = market_vault_address(market, network=scene.net.network)
    [account] = await scene.builder.connection.fetch_accounts([vault])
    assert account
    return int.from_bytes(account.data[64:72], "little")


@asynccontextmanager
async def clients(
    scene: Scene, proxy: Proxy, journal: Journal, socket: Dial | None
) -> AsyncIterator[tuple[Jobs, Jobs]]:
    """One through the proxy, told of landings over `socket` if there is one; and one of the node itself."""
    network, wallet = scene.net.network, scene.net.wallets["builder"]
    async with (
        Connection(network.at(proxy.url), policy=WIRE) as faulty,
        Connection(network) as honest,
        Subscriptions(network, dial=socket or dial) as subscriptions,
    ):
        told = subscriptions if socket else None
        engines = [
            Engine(connection=faulty, wallet=wallet, journal=journal, waiting=WAITING, subscriptions=told),
            Engine(connection=honest, wallet=wallet, journal=journal, waiting=PATIENT),
        ]
        yield Jobs(engines[0]), Jobs(engines[1])
        for engine in engines:
            await engine.reads.aclose()


@asynccontextmanager
async def fast_town() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as scene:
        yield scene
