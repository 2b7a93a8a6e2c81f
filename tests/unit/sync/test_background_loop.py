"""A loop in the background: what runs in it, who may wait for it, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from nosana_chain.errors import RpcClosedError, RpcLoopError
from nosana_chain.sync.loop import BackgroundLoop

NAME = "a loop under test"


def threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == NAME]


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    running = BackgroundLoop(NAME)
    yield running
    running.close()
    assert threads() == []


async def twice(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def broken() -> None:
    raise ValueError("as told")


def test_it_gives_what_the_coroutine_returns_or_raises(loop: BackgroundLoop) -> None:
    assert loop.run(twice(21)) == 42
    with pytest.raises(ValueError, match="as told"):
        loop.run(broken())
    assert loop.run(twice(1)) == 2


async def test_a_loop_that_runs_already_is_no_hindrance(loop: BackgroundLoop) -> None:
    """As in a notebook."""
    assert loop.run(twice(4)) == 8


def test_several_threads_may_wait_at_once(loop: BackgroundLoop) -> None:
    found: list[int] = []
    waiting = [threading.Thread(target=lambda n=n: found.append(loop.run(twice(n)))) for n in range(20)]
    for one in waiting:
        one.start()
    for one in waiting:
        one.join()
    assert sorted(found) == [2 * n for n in range(20)]


def test_its_own_callbacks_can_not_wait_for_it(loop: BackgroundLoop) -> None:
    with pytest.raises(RpcLoopError, match="callback can't wait"):
        loop.call(lambda: loop.run(twice(1)))


def test_what_was_entered_is_left_at_the_end() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def resource() -> AsyncIterator[str]:
        told.append("opened")
        yield "open"
        told.append("closed")

    loop = BackgroundLoop(NAME)
    assert loop.enter(resource()) == "open"
    assert told == ["opened"]
    loop.close()
    loop.close()
    assert told == ["opened", "closed"]
    assert (loop.is_closed, threads()) == (True, [])
    with pytest.raises(RpcClosedError, match="was closed here"):
        loop.run(twice(1))


def test_closing_ends_what_another_thread_waits_for() -> None:
    loop, errors, begun = BackgroundLoop(NAME), [], threading.Event()

    async def long() -> None:
        begun.set()
        await asyncio.Event().wait()

    def wait() -> None:
        try:
            loop.run(long())
        except RpcClosedError as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    begun.wait()
    loop.close()
    waiting.join(10)
    assert [str(error) for error in errors] == ["it was closed here while this was under way"]


def test_it_ends_when_nothing_refers_to_it() -> None:
    loop = BackgroundLoop(NAME)
    loop.run(twice(1))
    [thread] = threads()
    del loop
    gc.collect()
    thread.join(10)
    assert threads() == []


def test_ctrl_c_cancels_and_leaves_the_loop_working(loop: BackgroundLoop) -> None:
    told: list[str] = []

    async def long() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # as the system does with Ctrl-C
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.01)  # what is under way is tidied up before the caller goes on
            told.append("cancelled")
            raise

    with pytest.raises(KeyboardInterrupt):
        loop.run(long())
    assert told == ["cancelled"]
    assert loop.run(twice(3)) == 6


def test_a_child_process_has_to_make_its_own(loop: BackgroundLoop) -> None:
    code = (
        "import os, sys\n"
        "from nosana_chain.errors import RpcLoopError\n"
        "from nosana_chain.sync.loop import BackgroundLoop\n"
        "loop = BackgroundLoop('parent')\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    async def nothing(): pass\n"
        "    try:\n"
        "        loop.run(nothing())\n"
        "    except RpcLoopError:\n"
        "        os._exit(7)\n"
        "    os._exit(1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, timeout=60, env=dict(os.environ))
    assert ran.returncode == 7


def test_a_process_ends_though_it_was_never_closed() -> None:
    code = (
        "from contextlib import asynccontextmanager\n"
        "from nosana_chain.sync.loop import BackgroundLoop\n"
        "@asynccontextmanager\n"
        "async def resource():\n"
        "    yield\n"
        "    print('closed')\n"
        "loop = BackgroundLoop('open')\n"
        "loop.enter(resource())\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("closed\n", "")
