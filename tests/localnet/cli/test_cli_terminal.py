"""What people see on a terminal, and what programs read from a pipe, of commands that run as processes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.command_line import Home, LocalWorld

from nosana_chain.units import DAY, nos

BASH = "/bin/bash"


@pytest.fixture(scope="module", autouse=True)
def many_stakers(world: LocalWorld) -> None:
    world.act("builder", lambda client: client.stakes.stake(nos("500"), duration=100 * DAY))


def test_a_terminal_gets_a_table_and_a_pipe_json_lines(home: Callable[..., Home]) -> None:
    staker = home("staker")
    with staker.terminal("stake list", width=160) as screen:
        assert screen.end() == 0
        assert "amount (NOS)" in screen.shown
        assert "\x1b[1m" in screen.shown
    piped = staker.process("stake list")
    assert (piped.returncode, piped.stderr) == (0, "")
    rows = [json.loads(line) for line in piped.stdout.splitlines()]
    assert min(row["amount_units"] for row in rows) == nos("500")
    assert {row["authority"] for row in rows} == {str(home(name).wallet.address) for name in ("staker", "builder")}


def test_no_color_and_a_narrow_terminal(home: Callable[..., Home]) -> None:
    staker = home("staker", NO_COLOR="1")
    with staker.terminal("stake list", width=50) as screen:
        assert screen.end() == 0
        assert "\x1b" not in screen.shown
        assert max(map(len, screen.shown.splitlines())) <= 50
    with staker.terminal("stake topup --help", width=50) as screen:
        assert screen.end() == 0
        assert max(map(len, screen.shown.splitlines())) <= 70  # an example is never cut
        assert "Example" in screen.shown


def test_a_write_tells_each_step_to_people_alone(home: Callable[..., Home]) -> None:
    staker = home("staker")
    with staker.terminal("stake topup 1") as screen:
        assert screen.end() == 0
        for step in ("signed", "sent", "confirmed", "signature", "fee (SOL)"):
            assert step in screen.shown
    piped = staker.process("stake topup 1")
    assert (piped.stderr, json.loads(piped.stdout)["fee_lamports"]) == ("", 5000)


def test_whoever_stops_reading_ends_it_quietly(home: Callable[..., Home]) -> None:
    staker = home("staker")
    line = f"{sys.executable} -m nosana_chain stake list --output csv | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        [BASH, "-c", line], env=staker.process_environ, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    header, code = done.stdout.splitlines()
    assert header.startswith("authority,address,amount_units")
    assert code == "0"
    help_ = f"{sys.executable} -m nosana_chain stake --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run([BASH, "-c", help_], env=staker.process_environ, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_full_disk_is_one_line(home: Callable[..., Home]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nosana_chain", "stake", "list"],
            env=home("staker").process_environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "error: can't write the result: No space left on device\n")


def test_letters_that_the_terminal_does_not_have(home: Callable[..., Home], world: LocalWorld) -> None:
    host = home("host", PYTHONIOENCODING="ascii")
    machine = "--architecture 1 --country 528 --cpu 8 --gpu 1 --memory 32 --iops 5 --storage 9"
    host.call(f"node register {machine} --endpoint z\u00fcrich")
    done = host.process("node list --output table")
    assert (done.returncode, done.stderr) == (0, "")
    assert "z\\xfcrich" in done.stdout
    assert done.stdout.isascii()


def test_debug_shows_where_and_no_secret(home: Callable[..., Home]) -> None:
    token = "d3adb33fd3adb33f"  # noqa: S105  stands for one
    staker = home("staker", NOSANA_NETWORK=f"http://127.0.0.1:1/{token}")
    done = staker.process("stake show --debug")
    assert done.returncode == 5
    assert "Traceback" in done.stderr
    assert "RpcUnreachableError" in done.stderr
    assert token not in done.stderr
    secret = bytes(staker.wallet._keypair.reveal())  # noqa: SLF001  a test's own key
    assert str(list(secret))[:60] not in done.stderr


@pytest.mark.parametrize("form", ["json", "base58", "file"])
def test_a_key_in_any_form(home: Callable[..., Home], form: str) -> None:
    staker = home("staker")
    keypair = staker.wallet._keypair.reveal()  # noqa: SLF001  a test's own key
    value = {"json": keypair.to_json(), "base58": str(keypair), "file": staker.environ["NOSANA_WALLET"]}[form]
    told = home("staker", NOSANA_WALLET=value).call("wallet address").stdout
    assert told == f"{staker.wallet.address}\n"


def test_a_mounted_secret_is_accepted_where_it_is_told(home: Callable[..., Home], tmp_path: Path) -> None:
    staker = home("staker")
    mounted = Path(staker.environ["NOSANA_WALLET"])
    mounted.chmod(0o444)
    assert "chmod 600" in staker.call("wallet address", code=3).stderr
    assert staker.call("wallet address --allow-shared-key").stdout == f"{staker.wallet.address}\n"
    assert home("staker", NOSANA_ALLOW_SHARED_KEY="1").call("wallet address").exit_code == 0


def test_two_writes_at_once_share_a_journal(home: Callable[..., Home], world: LocalWorld) -> None:
    staker = home("staker")
    before = world.act("staker", lambda client: client.stakes.fetch_stake()).amount
    words = [sys.executable, "-m", "nosana_chain", "stake", "topup", "1"]
    both = [
        subprocess.Popen(words, env=staker.process_environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ends = [(*process.communicate(timeout=60), process.returncode) for process in both]
    assert [(error, code) for _, error, code in ends] == [("", 0), ("", 0)]
    assert len({json.loads(out)["signature"] for out, _, _ in ends}) == 2
    assert world.act("staker", lambda client: client.stakes.fetch_stake()).amount == before + nos("2")


def test_an_address_book_is_kept(home: Callable[..., Home], world: LocalWorld, tmp_path: Path) -> None:
    staker, book = home("staker"), tmp_path / "known.json"
    staker.json("stake topup 1")
    grown = staker.json(f"addresses grow {staker.wallet.address} --address-book {book}")
    assert grown["is_whole"] is True
    assert staker.json(f"addresses reach {staker.wallet.address} --address-book {book}") == grown
    assert json.loads(book.read_text())["version"] == 1
    assert "--address-book" in staker.call(f"addresses grow {staker.wallet.address}", code=2).stderr
    assert [path.name for path in tmp_path.glob("known*")] == ["known.json"]


def test_a_proxy_in_the_environment_is_not_asked_about_this_machine(home: Callable[..., Home]) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"), "http://127.0.0.1:1")
    done = home("staker", **proxies).process("stake show")
    assert (done.returncode, done.stderr) == (0, "")


def test_people_are_told_what_may_follow(builder: Home, market: str, job_file: Path) -> None:
    """With the key that they named; nobody where an endpoint was given, or programs read it."""
    line = f"job post {job_file} --market {market} --timeout 10m"
    with builder.terminal(line) as screen:
        assert screen.end() == 0
        next_one = re.fullmatch(r"next: nosana-chain job watch (\w+)", screen.shown.splitlines()[-1])
        assert next_one
        assert screen.shown.count(next_one[1]) == 2  # as the result's job, too
    key = builder.folder / "builder.json"
    with builder.terminal(f"{line} --keypair {key}") as screen:
        assert screen.end() == 0
        assert screen.shown.splitlines()[-1].endswith(f" --keypair {key}")
    for more in (f"--network {builder.world.url}", "--output json"):
        with builder.terminal(f"{line} {more}") as screen:
            assert screen.end() == 0
            assert "next: " not in screen.shown
    assert builder.process(line).stderr == ""
