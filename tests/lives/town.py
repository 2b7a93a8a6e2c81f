"""The people of a life and what they do: each method is one call, and ends in success or in the error it is told."""

import hashlib
from collections.abc import Mapping
from typing import Any

from behaviour.call import SYSTEM_PROGRAM
from model.addresses import (
    AUTHORITY,
    NOS,
    REWARDS_VAULT,
    SLASH_ACCOUNT,
    associated_token_address,
    market_vault_address,
    metadata_address,
    reward_address,
    stake_address,
    stake_vault_address,
)
from model.rewards import NOS_SUPPLY
from model.staking import DURATION_MINIMUM
from model.states import mint_account, token_account, wallet
from solders.pubkey import Pubkey

from lives.chain import SUCCESS, Chain

JOBS, STAKING, REWARDS = "nosana_jobs", "nosana_staking", "nosana_rewards"
NOS_EACH = 10**12  # base units that a wallet begins with
NO_ACCESS: Mapping[str, Pubkey] = {}
FREE_TERMS = {"job_expiration": 86_400, "job_price": 0, "job_timeout": 7_200, "job_type": 0, "node_xnos_minimum": 0}


def address(name: str) -> Pubkey:
    """An address for a name, the same in every run."""
    return Pubkey(hashlib.sha256(name.encode()).digest())


class Town:
    """Wallets, a market operator and a staking authority on a chain of their own."""

    def __init__(self, build: str = "nosana_jobs") -> None:
        self.chain = Chain(build)
        self._made = 0
        self.chain.place({NOS: mint_account(NOS_SUPPLY), SLASH_ACCOUNT: token_account(AUTHORITY)})
        self.operator = self.wallet("operator")
        self.chain.call(STAKING, "init", {"authority": self.operator})
        self.chain.call(REWARDS, "init", {"authority": self.operator, "vault": REWARDS_VAULT})

    def fresh(self, name: str) -> Pubkey:
        """A new address, with nothing at it."""
        self._made += 1
        return address(f"{name} {self._made}")

    def wallet(self, name: str) -> Pubkey:
        """A wallet with SOL and, in its usual token account, NOS_EACH."""
        owner = address(name)
        self.chain.place({owner: wallet(), associated_token_address(owner): token_account(owner, NOS_EACH)})
        return owner

    def nos_of(self, owner: Pubkey) -> int:
        """The NOS base units in a wallet's usual token account."""
        return self.chain.tokens(associated_token_address(owner))

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.chain.clock += seconds

    # Markets

    def open_market(self, access_key: Pubkey = SYSTEM_PROGRAM, **terms: int) -> Pubkey:
        """Open a market, free unless the terms say otherwise."""
        market = self.fresh("market")
        roles = {"market": market, "vault": market_vault_address(market), "authority": self.operator}
        self.chain.call(JOBS, "open", roles | {"access_key": access_key}, SUCCESS, **(FREE_TERMS | terms))
        return market

    def close_market(self, market: Pubkey, error: str | None = SUCCESS) -> None:
        """Close a market; what is in its vault goes to its operator."""
        roles = {"market": market, "vault": market_vault_address(market), "authority": self.operator}
        self.chain.call(JOBS, "close", roles | {"user": associated_token_address(self.operator)}, error)

    # Builders

    def list_job(
        self, market: Pubkey, builder: Pubkey, timeout: int = 3_600, error: str | None = SUCCESS, **other: Pubkey
    ) -> Pubkey:
        """Post a job; its run, if a host waits, is at `run_of(job)`. `other` accounts stand in for the usual ones."""
        job = self.fresh("job")
        roles = self._posting(market, builder, job) | other
        self.chain.call(JOBS, "list", roles, error, ipfs_job=address("job file"), timeout=timeout)
        return job

    def assign(self, market: Pubkey, builder: Pubkey, node: Pubkey, error: str | None = SUCCESS) -> Pubkey:
        """Post a job for one of the hosts that wait."""
        job = self.fresh("job")
        roles = self._posting(market, builder, job) | {"node": node}
        self.chain.call(JOBS, "assign", roles, error, ipfs_job=address("job file"), timeout=3_600)
        return job

    def _posting(self, market: Pubkey, builder: Pubkey, job: Pubkey) -> dict[str, Pubkey]:
        paying = {"payer": builder, "authority": builder, "user": associated_token_address(builder)}
        return paying | {"job": job, "run": self.run_of(job), "market": market, "vault": market_vault_address(market)}

    def run_of(self, job: Pubkey) -> Pubkey:
        """The run account that a builder brings along for a job."""
        return address(f"run of {job}")

    def extend(self, job: Pubkey, timeout: int, error: str | None = SUCCESS) -> None:
        """Give a job a longer timeout."""
        self.chain.call(JOBS, "extend", self._owner_of(job), error, timeout=timeout)

    def delist(self, job: Pubkey, error: str | None = SUCCESS) -> None:
        """Take a job back that waits."""
        self.chain.call(JOBS, "delist", self._owner_of(job), error)

    def recover(self, job: Pubkey, error: str | None = SUCCESS) -> None:
        """Take a job back that its host has left."""
        self.chain.call(JOBS, "recover", self._owner_of(job), error)

    def clean(self, job: Pubkey, error: str | None = SUCCESS) -> None:
        """Close a job that is done."""
        self.chain.call(JOBS, "clean", self._owner_of(job), error)

    def end(self, job: Pubkey, run: Pubkey, error: str | None = SUCCESS) -> None:
        """End a running job, by its builder."""
        of = self._run(run)
        roles = {"run": run, "payer": of["payer"], "user": associated_token_address(of["node"])}
        self.chain.call(JOBS, "end", self._owner_of(job) | roles, error)

    def _owner_of(self, job: Pubkey) -> dict[str, Pubkey]:
        record = self.chain.record(job)
        tokens = associated_token_address(record.payer)
        market = {"job": job, "market": record.market, "vault": market_vault_address(record.market)}
        return market | {"payer": record.payer, "authority": record.project, "user": tokens, "deposit": tokens}

    # Hosts

    def work(
        self, market: Pubkey, host: Pubkey, access: Mapping[str, Pubkey] = NO_ACCESS, error: str | None = SUCCESS
    ) -> Pubkey:
        """Take a job or wait for one; the run, if there was a job, is at the address given back."""
        run = self.fresh("run")
        self.chain.call(JOBS, "work", self._hosting(host, run) | {"market": market} | dict(access), error)
        return run

    def claim(
        self, job: Pubkey, host: Pubkey, access: Mapping[str, Pubkey] = NO_ACCESS, error: str | None = SUCCESS
    ) -> Pubkey:
        """Take over a job that another host has left."""
        run = self.fresh("run")
        roles = self._hosting(host, run) | {"job": job, "market": self.chain.record(job).market}
        self.chain.call(JOBS, "claim", roles | dict(access), error)
        return run

    def _hosting(self, host: Pubkey, run: Pubkey) -> dict[str, Pubkey]:
        roles = {"run": run, "payer": host, "authority": host, "stake": stake_address(host)}
        return roles | {"nft": associated_token_address(host), "metadata": metadata_address(NOS)}

    def finish(self, job: Pubkey, run: Pubkey, error: str | None = SUCCESS) -> None:
        """Finish a job, by its host."""
        roles, of = self._owner_of(job), self._run(run)
        host = {"authority": of["node"], "user": associated_token_address(of["node"])}
        payers = {"payer_job": roles["payer"], "payer_run": of["payer"]}
        self.chain.call(JOBS, "finish", roles | host | payers | {"run": run}, error, ipfs_result=address("result"))

    def quit(self, run: Pubkey, error: str | None = SUCCESS) -> None:
        """Leave a job that runs."""
        of = self._run(run)
        roles = {"job": of["job"], "run": run, "payer": of["payer"], "authority": of["node"]}
        self.chain.call(JOBS, "quit", roles, error)

    def stop(self, market: Pubkey, host: Pubkey, error: str | None = SUCCESS) -> None:
        """Leave the queue."""
        self.chain.call(JOBS, "stop", {"market": market, "node": host, "authority": host}, error)

    def _run(self, run: Pubkey) -> dict[str, Any]:
        return vars(self.chain.record(run))

    # Stakers

    def stake(self, owner: Pubkey, amount: int = 0, duration: int = DURATION_MINIMUM) -> Pubkey:
        """Lock NOS base units for some seconds."""
        self.chain.call(STAKING, "stake", self.staker(owner), amount=amount, duration=duration)
        return stake_address(owner)

    def staking(self, name: str, owner: Pubkey, error: str | None = SUCCESS, **values: int) -> None:
        """Any other call of a staker to the staking program."""
        self.chain.call(STAKING, name, self.staker(owner), error, **values)

    def slash(self, owner: Pubkey, amount: int, error: str | None = SUCCESS) -> None:
        """Take NOS base units out of a stake, by the staking authority."""
        roles = self.staker(owner) | {"authority": AUTHORITY, "token_account": SLASH_ACCOUNT}
        self.chain.call(STAKING, "slash", roles, error, amount=amount)

    def rewards(self, name: str, owner: Pubkey, error: str | None = SUCCESS, **values: int) -> None:
        """A call of a staker, or of who pays a fee, to the rewards program."""
        self.chain.call(REWARDS, name, self.staker(owner) | {"vault": REWARDS_VAULT}, error, **values)

    def staker(self, owner: Pubkey) -> dict[str, Pubkey]:
        """The accounts of a staker by role."""
        derived = {"stake": stake_address(owner), "vault": stake_vault_address(owner), "reward": reward_address(owner)}
        return derived | {"authority": owner, "user": associated_token_address(owner)}
