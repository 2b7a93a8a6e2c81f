"""How a local network is told: to people what they need to go on, to programs all of `localnet.json`. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nosana_chain.localnet.up import LocalnetSummary

_STANDARD_RPC = "http://127.0.0.1:8899"  # what the network `localnet` stands for, if nothing else is said
_SHORT = 8  # letters of a market that name it here: there are few
_NAME_OF = re.compile(r"^(  )([a-z]+)(?= {2,}\S)")
_NAME, _ROLE = 9, 12  # widths of the columns of names


def summary_record(summary: LocalnetSummary) -> dict[str, Any]:
    """All that there is, as `localnet.json` has it."""
    found: dict[str, Any] = json.loads(summary.to_json())
    return found


def colored(lines: Iterable[str]) -> Iterator[str]:
    """The same lines with the names of things in bold, for a terminal with colours."""
    for line in lines:
        yield _NAME_OF.sub(lambda name: f"{name[1]}\x1b[1m{name[2]}\x1b[0m", line)


def summary_lines(summary: LocalnetSummary) -> Iterator[str]:
    """For people, within 80 columns."""
    yield from _named("rpc", summary.rpc_url)
    yield from _named("ws", summary.ws_url)
    yield from _named("ipfs", f"{summary.ipfs_url}, and its gateway {summary.ipfs_gateway}")
    yield from _named("market", f"{summary.market}, with a host in its queue")
    yield from _named("mint", str(summary.nos_mint))
    yield from _named("programs", *(_role(name, address) for name, address in summary.programs.items()))
    yield from _named("wallets", *(_role(name, wallet.address) for name, wallet in summary.wallets.items()))
    yield from _named("keys", f"{_at_home(summary.folder / 'keys')}/*.json")
    yield from _named("", "everybody knows these keys: never fund them elsewhere")
    yield from _named("file", f"{_at_home(summary.file)}, for other programs")
    yield from _named("kind", _kind(summary))
    yield from _named("state", "survives in its folder" if summary.is_kept else "ends with it; --state DIR keeps it")


def start_lines(summary: LocalnetSummary) -> Iterator[str]:
    """How to go on from another terminal: lines to copy."""
    yield "In another terminal:"
    for name, value in environment_of(summary).items():
        yield f"  export {name}={shlex.quote(value)}"
    yield f"  nosana-chain job post job.json --market {str(summary.market)[:_SHORT]} --timeout 10m"
    yield "For your tools: nosana-chain localnet status --snippet kit|anchor|python|solana"


def environment_of(summary: LocalnetSummary) -> dict[str, str]:
    """The variables with which every command here works on the network, as its builder."""
    is_standard = summary.rpc_url == _STANDARD_RPC and summary.addresses == "devnet"
    return {
        "NOSANA_NETWORK": "localnet" if is_standard else summary.rpc_url,
        "NOSANA_WALLET": str(summary.wallets["builder"].keypair),
        "NOSANA_KUBO_URL": summary.ipfs_url,
        "NOSANA_IPFS_GATEWAYS": summary.ipfs_gateway,
    }


def _named(name: str, *values: str) -> Iterator[str]:
    for number, value in enumerate(values):
        yield f"  {name if number == 0 else '':<{_NAME}} {value}"


def _role(name: str, address: object) -> str:
    return f"{name:<{_ROLE}} {address}"


def _kind(summary: LocalnetSummary) -> str:
    facts = [f"{summary.addresses}'s addresses", f"a slot every {summary.slot_ms} ms"]
    if summary.is_fork:
        facts.append("a copy of a live cluster")
    if summary.has_jobs_fee:
        facts.append("the jobs program takes a fee")
    return ", ".join(facts)


def _at_home(path: Path) -> str:
    """Short, where it is under the user's home."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
