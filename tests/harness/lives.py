"""Lives of a process that posts or claims: python -m harness.lives reads an order a line, and forks a process for each.

An order's `kill_at` is the touch of network or journal at which the process ends itself by SIGKILL: before or after
each request and each call, by number or by name ("before sendTransaction"). What it prints before is its last word.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import open_journal
from nosana_chain.engine.many import send_all
from nosana_chain.engine.resuming import WalletJournal
from nosana_chain.engine.waiting import ConfirmPolicy
from nosana_chain.errors import NosanaError
from nosana_chain.localnet.genesis import local_wallet, standard_genesis
from nosana_chain.programs.jobs.actions import Hosts, Jobs
from nosana_chain.programs.jobs.results import PostedJob
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import HttpTransport, RpcRequest

WAITING = ConfirmPolicy(resend_seconds=0.5, patience_seconds=15, limit_seconds=25)
_CALLS = ("begin", "record", "conclude", "end", "claim", "release", "pending", "find")


class Touches:
    """Counts, and kills."""

    def __init__(self, kill_at: int | str) -> None:
        self._kill_at = kill_at
        self.count = 0

    def touch(self, name: str) -> None:
        self.count += 1
        if self._kill_at in (self.count, name):
            os.kill(os.getpid(), signal.SIGKILL)


class TouchedTransport:
    def __init__(self, inner: HttpTransport, touches: Touches) -> None:
        self._inner, self._touches = inner, touches

    @property
    def endpoint(self) -> str:
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        self._touches.touch(f"before {request.method}")
        answer = await self._inner.send(request)
        self._touches.touch(f"after {request.method}")
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


class TouchedJournal:
    def __init__(self, inner: Any, touches: Touches) -> None:
        self._inner, self._touches = inner, touches

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._touching(found, name) if name in _CALLS else found

    def _touching(self, call: Any, name: str) -> Any:
        async def touched(*arguments: Any, **named: Any) -> Any:
            self._touches.touch(f"before {name}")
            answer = await call(*arguments, **named)
            self._touches.touch(f"after {name}")
            return answer

        return touched


async def live(order: dict[str, Any]) -> dict[str, Any]:
    """Do what is ordered: what came of it, in JSON."""
    touches = Touches(order["kill_at"])
    network = standard_genesis().network.at(order["url"])
    kept = open_journal(order["journal"])
    journal: Any = TouchedJournal(kept, touches) if kept else None
    wire = TouchedTransport(HttpTransport(order["url"]), touches)
    async with Connection(network, transport=wire) as connection:
        engine = Engine(connection=connection, wallet=local_wallet(order["wallet"]), journal=journal, waiting=WAITING)
        outcome = await _done(engine, order)
        await engine.reads.aclose()
    if kept:
        await kept.close()
    return outcome | {"touches": touches.count}


async def _done(engine: Engine, order: dict[str, Any]) -> dict[str, Any]:
    if order["verb"] == "resume":
        return {"fates": [one.fate for one in await WalletJournal(engine).resume()]}
    if order["verb"] == "claim_job":
        job = Pubkey.from_string(order["job"])
        claimed = await Hosts(engine).claim_job(job, idempotency_key=order["keys"][0])
        return {"run": str(claimed.run), "sent": claimed.receipt is not None}
    actions = [_post(engine, order, key) for key in order["keys"]]
    if len(actions) > 1:
        return {"posts": [_told(result) for result in await send_all(engine, actions)]}
    try:
        return {"posts": [_told(await actions[0])]}
    except NosanaError as error:
        return {"posts": [_told(error)]}


def _post(engine: Engine, order: dict[str, Any], key: str) -> Action[PostedJob]:
    return Jobs(engine).post_job(
        Pubkey.from_string(order["market"]),
        definition_cid=order["cid"],
        timeout=order["timeout"],
        idempotency_key=key,
        strict_key=order["strict"],
    )


def _told(result: PostedJob | NosanaError) -> dict[str, Any]:
    if isinstance(result, NosanaError):
        return {"error": type(result).__name__, "says": str(result), "retry": str(result.retry)}
    return {"job": str(result.job), "deposit": result.deposit}


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            outcome = asyncio.run(live(json.loads(line)))
            os.write(writing, json.dumps(outcome).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as said:
            last_word = said.read()
        _, status = os.waitpid(child, 0)
        told = json.loads(last_word) if last_word else {"killed": os.WIFSIGNALED(status), "status": status}
        print(json.dumps(told), flush=True)  # noqa: T201  its parent listens


if __name__ == "__main__":
    main()
