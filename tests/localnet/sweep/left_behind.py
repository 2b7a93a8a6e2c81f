"""What is left of a wallet on a chain, read by the model's own layouts and none of the sweeper's code.

Every account of the programs, the token program and the system program that names the wallet as the one whom something
comes back to is looked at; what may be there all the same is said one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.in_process import InProcessChain
from model.errors import Abort
from model.layouts import DISCRIMINATORS, Record
from model.staking import withdrawable
from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM

_KINDS = {discriminator: kind for kind, discriminator in DISCRIMINATORS.items()}
_NONCE, _TOKENS = 80, 165
_QUEUED, _DONE = 0, 2
_TRANSFER = 0

Records = dict[Pubkey, Record]


class LeftBehind:
    """The accounts of a chain, and what of them a wallet could still get back.

    Args:
        chain: where.
        wallet: whose.
    """

    def __init__(self, chain: InProcessChain, wallet: Pubkey) -> None:
        self._chain, self._wallet, self._now = chain, wallet, chain.now
        programs = chain.network.programs
        owned = (programs.jobs, programs.staking, programs.rewards, programs.pools)
        self._records: Records = {at: _record(found) for owner in owned for at, found in chain.owned_by(owner)}

    def could_be_got_back(self) -> list[str]:
        """Each account, and of what kind."""
        found = [f"{at}: {record}" for at, record in self._records.items() if self._comes_back(at, record)]
        found += [f"{at}: an empty token account" for at in self._empty_token_accounts()]
        nonces = self._chain.owned_by(SYSTEM_PROGRAM)
        return found + [f"{at}: a nonce" for at, one in nonces if len(one.data) == _NONCE and self._is_mine(one, 8)]

    def _comes_back(self, at: Pubkey, record: Record) -> bool:
        rules: dict[str, Callable[[Pubkey, Record], bool]] = {
            "Job": self._job,
            "Run": self._run,
            "Market": self._market,
            "Stake": self._stake,
            "Reward": lambda _, reward: reward.authority == self._wallet,
            "Pool": self._pool,
        }
        rule = rules.get(record.kind)
        return rule is not None and rule(at, record)

    def _job(self, at: Pubkey, job: Record) -> bool:
        """A job that waits is wanted; one that neither waits nor runs, nothing gives back."""
        if job.payer != self._wallet:
            return False
        if job.state == _DONE:
            market = self._records.get(job.market)
            return market is not None and self._now - job.time_end > market.job_expiration
        runs = [run for run in self._all("Run") if run.job == at]
        return all(self._now - run.time >= job.timeout for run in runs) if runs else job.state != _QUEUED

    def _run(self, _: Pubkey, run: Record) -> bool:
        """A run whose job is gone, or is done by another run, only the market admin can close."""
        job = self._records.get(run.job)
        if run.node != self._wallet or job is None or job.state == _DONE:
            return False
        return bool(self._now - run.time >= job.timeout)

    def _market(self, at: Pubkey, market: Record) -> bool:
        busy = bool(market.queue) or any(job.market == at for job in self._all("Job"))
        return market.authority == self._wallet and not busy

    def _stake(self, _: Pubkey, stake: Record) -> bool:
        if stake.authority != self._wallet or not stake.time_unstake:
            return False
        elapsed, held = self._now - stake.time_unstake, _tokens(self._chain.account(stake.vault))
        if not held:
            return bool(elapsed > stake.duration)
        try:
            return bool(withdrawable(stake.amount, stake.duration, held, elapsed))
        except Abort:  # somebody sent tokens to the vault
            return False

    def _pool(self, _: Pubkey, pool: Record) -> bool:
        held = _tokens(self._chain.account(pool.vault))
        due = min((self._now - pool.start_time) * pool.emission - pool.claimed_tokens, held)
        pays = pool.claim_type == _TRANSFER and due >= max(1, pool.emission)
        paid = pays and pool.beneficiary in self._purses()
        return bool(paid or (pool.authority == self._wallet and (pool.closeable or not held)))

    def _empty_token_accounts(self) -> Iterator[Pubkey]:
        receivers = {pool.beneficiary for pool in self._all("Pool")}
        return (at for at, held in self._purses().items() if not held and at not in receivers)

    def _purses(self) -> dict[Pubkey, int]:
        held = self._chain.owned_by(TOKEN_PROGRAM)
        return {at: _tokens(one) for at, one in held if len(one.data) == _TOKENS and self._is_mine(one, 32)}

    def _all(self, kind: str) -> list[Record]:
        return [record for record in self._records.values() if record.kind == kind]

    def _is_mine(self, account: Account, offset: int) -> bool:
        return account.data[offset : offset + 32] == bytes(self._wallet)


def _record(account: Account) -> Record:
    kind = _KINDS.get(bytes(account.data[:8]), "")
    return Record.decode(kind, bytes(account.data[8:])) if kind else Record(kind="")


def _tokens(account: Account | None) -> int:
    return int.from_bytes(account.data[64:72], "little") if account else 0
