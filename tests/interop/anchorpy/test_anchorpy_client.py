"""AnchorPy itself as a client of a local network, with the code of idl/README.md; our client reads what it wrote."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from account_kinds import KINDS
from harness.networks import local_network
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.job import JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import nos, sol

pytestmark = pytest.mark.timeout(600)  # the first run installs AnchorPy

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ROLES = ("operator", "builder", "host")

#: Kind of account -> address -> field -> value, with the names that AnchorPy gives them.
State = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def anchorpy_python() -> Path:
    """The Python of the environment that scripts/generate-bindings makes."""
    prepare = runpy.run_path(str(ROOT / "scripts" / "bindings" / "environment.py"))["prepare"]
    folder: Path = prepare(ROOT / ".tools" / "anchorpy").folder
    return folder / "bin" / "python"


@pytest.fixture
def how_to(tmp_path: Path) -> Path:
    """The code of the how-to, as a file."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "idl" / "README.md").read_text(), re.DOTALL)
    file = tmp_path / "how_to.py"
    file.write_text(code)
    return file


async def run(python: Path, *arguments: str | Path, **environment: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script in AnchorPy's environment and the project's folder."""
    command = [python, *arguments]
    return await asyncio.to_thread(
        lambda: subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    )


def how_to_environment(net: Localnet, how_to: Path, wallet: Path) -> dict[str, str | Path]:
    endpoint = str(net.network.rpc_url)
    return {"ANCHOR_PROVIDER_URL": endpoint, "ANCHOR_WALLET": wallet, "PYTHONPATH": how_to.parent}


async def funded_key(net: Localnet, role: str, folder: Path, *, lamports: int = sol("1")) -> Path:
    """The key file of a wallet with SOL and NOS."""
    key = Keypair.from_seed(role.encode().ljust(32))
    await net.airdrop(key.pubkey(), lamports)
    await net.mint_nos(key.pubkey(), nos("2000"))
    file = folder / f"{role}.json"
    file.touch(mode=0o600)
    file.write_text(key.to_json())
    return file


def comparable(state: State) -> State:
    """What AnchorPy printed, without the fields that our models leave out."""
    return {
        kind: {
            address: {name: value for name, value in fields.items() if name not in KINDS[kind].left_out}
            for address, fields in accounts.items()
        }
        for kind, accounts in state.items()
    }


async def our_state(client: NosanaClient, theirs: State, kinds: Iterable[str] = KINDS) -> State:
    """All accounts of these kinds that our client finds, with the fields that AnchorPy has for their kind."""
    return {
        name: {
            str(model.address): kind.fields(model, next(iter(theirs[name].values())))
            for model in await kind.query.find(client.connection)
        }
        for name, kind in KINDS.items()
        if name in kinds
    }


def names_of(program: Pubkey) -> list[str]:
    """What the program's IDL names, as AnchorPy writes it: instructions, then kinds of accounts."""
    idl = json.loads(interface_file(program).read_text())
    return [
        *(snake(instruction["name"]) for instruction in idl["instructions"]),
        *(kind["name"] for kind in idl["accounts"]),
    ]


def interface_file(program: Pubkey) -> Path:
    (file,) = (ROOT / "idl").glob(f"*_{LOCALNET.programs.name_of(program)}.json")
    return file


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)


async def test_a_failure_on_chain_is_no_success(anchorpy_python: Path, how_to: Path) -> None:
    unchecked = "how_to.OPTIONS = how_to.OPTIONS._replace(skip_preflight=True)"
    script = f"import asyncio, how_to; {unchecked}; asyncio.run(how_to.main())"
    async with local_network() as net:
        wallet = await funded_key(net, "pauper", how_to.parent, lamports=sol("0.01"))  # a market's rent is 0.07
        done = await run(anchorpy_python, "-c", script, **how_to_environment(net, how_to, wallet))
    assert done.returncode == 1
    assert re.search(r"RuntimeError: \w{64,88} failed: .*InstructionError", done.stderr)


async def test_the_how_to_opens_a_market(anchorpy_python: Path, how_to: Path) -> None:
    async with local_network() as net, NosanaClient(net.network) as client:
        wallet = await funded_key(net, "operator", how_to.parent)
        done = await run(anchorpy_python, how_to, **how_to_environment(net, how_to, wallet))
        assert done.returncode == 0, done.stderr
        (market,) = await client.markets.find_markets()
    assert done.stdout.startswith(f"{market.address} MarketAccount(")
    assert (market.job_price, market.job_timeout, market.job_expiration) == (1000, 600, 3600)


def test_every_kind_of_account_is_compared() -> None:
    genesis = standard_genesis()
    on_the_network = {genesis.network.programs.name_of(program_id) for program_id in genesis.programs}
    assert {kind.query.program for kind in KINDS.values()} == on_the_network


async def test_programs_are_made_of_their_address_alone(anchorpy_python: Path, how_to: Path) -> None:
    """AnchorPy's `Program.at` fetches the IDL that the local network has, and finds what is there from the start."""
    async with Localnet.start() as net, NosanaClient(net.network) as client:
        arguments = (str(net.network.rpc_url), *map(str, net.genesis.programs))
        done = await run(anchorpy_python, HERE / "at.py", *arguments, PYTHONPATH=how_to.parent)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        present = {kind: accounts for kind, accounts in told["accounts"].items() if accounts}
        ours = await our_state(client, comparable(present), kinds=present.keys())
    assert told["names"] == {str(program): names_of(program) for program in net.genesis.programs}
    assert present.keys() == {"SettingsAccount", "StakeAccount", "ReflectionAccount", "RewardAccount", "PoolAccount"}
    assert ours == comparable(present)


async def test_our_client_reads_what_anchorpy_wrote(anchorpy_python: Path, how_to: Path) -> None:
    async with local_network() as net, NosanaClient(net.network) as client:
        for role in ROLES:
            await funded_key(net, role, how_to.parent)
        for owner in (pda.distributor_address(net.network.nos_mint, version=0, network=net.network), Vote.YES.value):
            await net.mint_nos(owner, nos("1"))
        arguments = (str(net.network.rpc_url), how_to.parent)
        done = await run(anchorpy_python, HERE / "life.py", *arguments, PYTHONPATH=how_to.parent)
        assert done.returncode == 0, done.stderr
        theirs = json.loads(done.stdout)
        assert KINDS.keys() == {kind for kind, accounts in theirs.items() if accounts}
        ours = await our_state(client, comparable(theirs))
        jobs = await client.jobs.find_jobs()
    assert ours == comparable(theirs)
    assert sorted(job.state for job in jobs) == [JobState.QUEUED, JobState.RUNNING, JobState.DONE]
