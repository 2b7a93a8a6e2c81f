"""A job's life, a pool, a node and a claim through AnchorPy alone; then every account of every program, as JSON.

Runs in AnchorPy's environment, in the project's folder, with the code of idl/README.md to import as `how_to`.
Arguments: the endpoint, and a folder with the key files of an operator, a builder and a host. The distributor's vault
and the vote's token account must exist.
"""

import asyncio
import json
import sys
import time
from hashlib import sha256
from pathlib import Path

from anchorpy import Program, Provider, Wallet
from how_to import JOBS, NOS, OPTIONS, call, load
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from spl.token.constants import ASSOCIATED_TOKEN_PROGRAM_ID
from spl.token.instructions import get_associated_token_address

DAY = 86_400  # seconds
YES = Pubkey.from_string("YessuvqUauj9yW4B3eERcyRLWmQtWpFc2ERKmaedmCE")  # whom a claim pays that votes so
ATA = {"associated_token_program": ASSOCIATED_TOKEN_PROGRAM_ID}
DEFINITION, RESULT = list(bytes(range(32))), list(bytes(range(32, 64)))


class Person:
    """A wallet, and the programs as it calls them."""

    def __init__(self, endpoint: str, key_file: Path) -> None:
        wallet = Wallet(Keypair.from_json(key_file.read_text()))
        provider = Provider(AsyncClient(endpoint, Confirmed), wallet, OPTIONS)
        self.address = wallet.public_key
        self.purse = get_associated_token_address(self.address, NOS)
        self.provider = provider
        self.jobs = load("nosana_jobs", provider, JOBS)
        self.staking = load("nosana_staking", provider)
        self.rewards = load("nosana_rewards", provider)
        self.pools = load("nosana_pools", provider)
        self.nodes = load("nosana_nodes", provider)
        self.distributors = load("merkle_distributor", provider)

    @property
    def programs(self) -> tuple[Program, ...]:
        return self.jobs, self.staking, self.rewards, self.pools, self.nodes, self.distributors

    @property
    def stake(self) -> Pubkey:
        return derived(self.staking, b"stake", NOS, self.address)

    @property
    def reflection(self) -> Pubkey:
        return derived(self.rewards, b"reflection")


def derived(program: Program, *seeds: bytes | Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(seed) for seed in seeds], program.program_id)[0]


async def open_market(operator: Person) -> dict[str, Pubkey]:
    """Open a market; the two accounts of it that most instructions name."""
    key = Keypair()
    market = {"market": key.pubkey(), "vault": derived(operator.jobs, key.pubkey(), NOS)}
    access = {"access_key": SYSTEM_PROGRAM, "authority": operator.address}
    await call(operator.jobs, "open", 3600, 1000, 600, 0, 0, signers=[key], **market, **access)
    return market


async def join_stakers(host: Person) -> None:
    """Stake 1,000 NOS for two weeks, and enter the rewards pool."""
    who = {"stake": host.stake, "authority": host.address}
    vault = derived(host.staking, b"vault", NOS, host.address)
    await call(host.staking, "stake", 1_000_000_000, 14 * DAY, user=host.purse, vault=vault, **who)
    reward = derived(host.rewards, b"reward", host.address)
    await call(host.rewards, "enter", reward=reward, reflection=host.reflection, **who)


async def post_job(builder: Person, market: dict[str, Pubkey]) -> Pubkey:
    """Post a job of ten minutes. The run's key signs even if no host waits: one may by then."""
    job, run = Keypair(), Keypair()
    await call(
        builder.jobs,
        "list",
        DEFINITION,
        600,
        signers=[job, run],
        job=job.pubkey(),
        run=run.pubkey(),
        user=builder.purse,
        payer=builder.address,
        authority=builder.address,
        rewards_program=builder.rewards.program_id,
        rewards_reflection=builder.reflection,
        rewards_vault=derived(builder.rewards, NOS),
        **market,
    )
    return job.pubkey()


async def take_job(host: Person, market: dict[str, Pubkey]) -> Pubkey:
    """Take the first job in line. A market without an access key wants any token account and any metadata."""
    run = Keypair()
    who = {"payer": host.address, "authority": host.address, "stake": host.stake}
    access = {"nft": host.purse, "metadata": SYSTEM_PROGRAM}
    await call(host.jobs, "work", signers=[run], run=run.pubkey(), **who, **access, **market)
    return run.pubkey()


async def finish_job(host: Person, builder: Person, market: dict[str, Pubkey], *, job: Pubkey, run: Pubkey) -> None:
    purses = {"deposit": builder.purse, "user": host.purse}
    payers = {"payer_run": host.address, "payer_job": builder.address}
    await call(host.jobs, "finish", RESULT, job=job, run=run, authority=host.address, **purses, **payers, **market)


async def open_pool(operator: Person, beneficiary: Pubkey) -> None:
    """Open a pool that pays 1,000 base units per second, from now on, by transfer; it may be closed."""
    key = Keypair()
    pool = {"pool": key.pubkey(), "vault": derived(operator.pools, b"vault", key.pubkey())}
    who = {"beneficiary": beneficiary, "authority": operator.address}
    await call(operator.pools, "open", 1_000, int(time.time()), 0, True, signers=[key], **pool, **who)


async def register_node(host: Person) -> None:
    """Describe a machine: architecture, country, processor, GPU, memory, disk speed and size, and three texts."""
    who = {"node": derived(host.nodes, b"node", host.address), "payer": host.address, "authority": host.address}
    figures, texts = (3, 528, 16, 2, 64, 9_000, 2_000), ("https://host.example", "ipfs://icon", "1.0.7")
    await call(host.nodes, "register", *figures, *texts, **who)


async def distribute(operator: Person, claimant: Person) -> None:
    """Make a distributor for one claimant, who claims: 1,000 base units unlocked, 5 locked."""
    program, amounts, now = claimant.distributors, (1_000, 5), int(time.time())
    distributor = derived(program, b"MerkleDistributor", NOS, bytes(8))
    vault = get_associated_token_address(distributor, NOS)
    terms = (0, leaf(claimant.address, *amounts), sum(amounts), 1, now - DAY, now + DAY, now + 3 * DAY, 0, True)
    admin = {"token_vault": vault, "clawback_receiver": operator.purse, "admin": operator.address, **ATA}
    await call(operator.distributors, "new_distributor", *terms, distributor=distributor, **admin)
    status = derived(program, b"ClaimStatus", claimant.address, distributor)
    purses = {"from": vault, "to": get_associated_token_address(YES, NOS)}
    who = {"distributor": distributor, "claim_status": status, "claimant": claimant.address}
    await call(program, "new_claim", *amounts, [], **purses, **who)


def leaf(claimant: Pubkey, unlocked: int, locked: int) -> list[int]:
    """The hash of a claimant's leaf, which alone in a tree is its root."""
    amounts = b"".join(amount.to_bytes(8, "little") for amount in (unlocked, locked))
    return list(sha256(b"\0" + sha256(bytes(claimant) + amounts).digest()).digest())


async def live(operator: Person, builder: Person, host: Person) -> None:
    """Leave one job of each state behind, done, running and waiting, and one account at least of every other kind."""
    market = await open_market(operator)
    await join_stakers(host)
    done, _running, _waiting = [await post_job(builder, market) for _ in range(3)]
    await finish_job(host, builder, market, job=done, run=await take_job(host, market))
    await take_job(host, market)
    await open_pool(operator, host.purse)
    await register_node(host)
    await distribute(operator, builder)


async def fetch_everything(programs: tuple[Program, ...]) -> dict[str, dict[str, object]]:
    """The fields of every account, by kind and address."""
    return {
        kind: {str(found.public_key): vars(await accounts.fetch(found.public_key)) for found in await accounts.all()}
        for program in programs
        for kind, accounts in program.account.items()
    }


async def main(endpoint: str, folder: str) -> None:
    people = [Person(endpoint, Path(folder, f"{role}.json")) for role in ("operator", "builder", "host")]
    await live(*people)
    json.dump(await fetch_everything(people[0].programs), sys.stdout, default=str)
    for person in people:
        await person.provider.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
