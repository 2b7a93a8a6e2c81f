"""A sweep: looking through everything of a wallet's, and getting back what can be got back."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain import pda
from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.cid import digest_of
from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, see
from nosana_chain.engine.many import Told
from nosana_chain.engine.sharing import all_of
from nosana_chain.errors import ConfigError, InputError, NosanaError, RpcClosedError, RpcError, RpcLoopError
from nosana_chain.models.explanation import Movement
from nosana_chain.models.job import Job
from nosana_chain.models.receipt import Receipt
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.queries import search_jobs_alone
from nosana_chain.programs.nonces.queries import look_at_nonces, search_nonces
from nosana_chain.programs.tokens.queries import find_token_accounts
from nosana_chain.sweep.findings import ON_REQUEST, Finding, FindingKind, Findings, Remark, Unseen
from nosana_chain.sweep.jobs import look_at_known_jobs, search_own_jobs, told_of_jobs
from nosana_chain.sweep.markets import search_own_markets, told_of_markets
from nosana_chain.sweep.pools import search_own_pools, search_vesting, told_of_pools, told_of_vesting
from nosana_chain.sweep.stakes import look_at_stake, told_of_stake
from nosana_chain.sweep.tokens import search_receivers, told_of_nonces, told_of_token_accounts
from nosana_chain.units import Lamports, NosUnits, format_nos, format_sol, u64

T = TypeVar("T")
Found = Finding | Remark | Unseen

_TURN = {  # rounds of their own: fees are shared before they are claimed; what others pay into, or count on, goes last
    FindingKind.SHARE_FEES: -1,
    FindingKind.CLOSE_POOL: 1,
    FindingKind.CLOSE_MARKET: 1,
    FindingKind.CLOSE_NOS_ACCOUNT: 2,
}


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did.

    Attributes:
        done: what it got back.
        failed: what it could not, each with its error; nothing was taken for it but fees.
        receipts: of its transactions.
        left: what is there now.
        wallet: whose sweep it was.
        purse: its NOS account.
    """

    done: tuple[Finding, ...]
    failed: tuple[tuple[Finding, NosanaError], ...]
    receipts: tuple[Receipt, ...]
    left: Findings
    wallet: Pubkey
    purse: Pubkey

    @property
    def nos(self) -> NosUnits:
        """NOS base units that came into the wallet's NOS account, as far as the endpoint tells."""
        return NosUnits(sum(one.nos for one in self._movements if one.address == self.purse))

    @property
    def lamports(self) -> Lamports:
        """Lamports that came into the wallet, before fees, as far as the endpoint tells."""
        return Lamports(sum(one.lamports for one in self._movements if one.address == self.wallet))

    @property
    def fees(self) -> Lamports:
        """Lamports of fees, as far as the endpoint tells."""
        return Lamports(sum(receipt.fee or 0 for receipt in self.receipts))

    def __str__(self) -> str:
        """What it did, what it could not, and what is left; each in one line."""
        brought = f"{format_nos(self.nos)} NOS and {format_sol(self.lamports)} SOL"
        count = len(self.receipts)
        sent = f"{count} transaction{'' if count == 1 else 's'}"
        lines = [f"swept {brought} in {sent}, for {format_sol(self.fees)} SOL of fees"]
        lines += [f"failed: {finding}: {error}" for finding, error in self.failed]
        return "\n".join([*lines, str(self.left)]).rstrip()

    @property
    def _movements(self) -> list[Movement]:
        return [one for receipt in self.receipts for one in receipt.movements]


class Sweep:
    """Looks for all that can be got back for a client's wallet, and gets it back.

    Args:
        client: of the wallet.
        also: kinds of what is only done on request (`ON_REQUEST`) that `run` shall do too.
        jobs: of the wallet, whose addresses are known: looked at where the endpoint can't search for them.
        nonces: of the wallet, likewise.
        results: CIDv0 of the results that the wallet, as host, has for jobs whose timeout is over.
        nos_per_sol: NOS base units that a SOL is worth, to weigh fees by. None: any amount of NOS is worth a fee.

    Raises:
        InputError: what should be an address, or a kind of finding, is none.
        AmountError: nos_per_sol is out of range.
        CidError: a result that is no CIDv0.
        ConfigError: the client has no wallet.
    """

    def __init__(
        self,
        client: NosanaClient,
        *,
        also: Collection[FindingKind] = (),
        jobs: Iterable[AddressLike] = (),
        nonces: Iterable[AddressLike] = (),
        results: Mapping[AddressLike, str] = MappingProxyType({}),
        nos_per_sol: int | None = None,
    ) -> None:
        if client.wallet is None:
            raise ConfigError("a sweep is for a wallet, and this client has none; give NosanaClient one")
        self._client, self._network = client, client.network
        self._wallet = client.wallet.address
        self._purse = pda.nos_account_address(self._wallet, network=client.network)
        self._also = frozenset(map(_kind, also))
        self._jobs = tuple(as_address(job, "jobs") for job in jobs)
        self._nonces = tuple(as_address(nonce, "nonces") for nonce in nonces)
        self._results = {as_address(job, "results"): result for job, result in results.items()}
        for result in self._results.values():
            digest_of(result)
        self._nos_per_sol = None if nos_per_sol is None else u64(nos_per_sol, "nos_per_sol")

    async def find(self) -> Findings:
        """Everything that can be got back, what can't or not yet, and what could not be looked for.

        Nothing is sent. Network: 10 getProgramAccounts calls (2 for each market of the wallet more), 1
        getTokenAccountsByOwner call, and 8 calls or more: 1 for each 100 accounts. What the endpoint refuses is in
        `unseen`.

        Raises:
            RpcError: the endpoint doesn't even tell the accounts at known addresses.
        """
        sections = (self._find_stake, self._find_jobs, self._find_paid, self._find_vesting, self._find_nonces)
        told = await all_of(*(section() for section in (*sections, self._find_markets)))
        return Findings.of(one for section in told for one in section)

    async def run(self, *, progress: Told | None = None) -> Swept:
        """Get back what is ready and worth its fee, and what was asked for, packed, until nothing of it is left.

        What leads to more is followed: a stake that was withdrawn is closed. Each thing is done once.

        Args:
            progress: told how many of a round's actions are done or have failed.

        Network: those of `find` and of `send_all`, two or more times. Safe to retry: yes, what came back isn't there to
        come back again.
        """
        done: list[Finding] = []
        failed: list[tuple[Finding, NosanaError]] = []
        receipts: dict[Signature, Receipt] = {}
        while True:
            found = await self.find()
            tried = {(one.kind, one.address) for one in (*done, *(one for one, _ in failed))}
            chosen = [one for one in self._chosen(found) if (one.kind, one.address) not in tried]
            turn = min((_TURN.get(one.kind, 0) for one in chosen), default=0)
            chosen = [one for one in chosen if _TURN.get(one.kind, 0) == turn]
            if not chosen:
                return self._swept(done, failed, receipts, found)
            outcomes = await self._client.send_all([one.action for one in chosen], progress=progress)
            for finding, outcome in zip(chosen, outcomes, strict=True):
                if isinstance(outcome, NosanaError):
                    failed.append((finding, outcome))
                else:
                    done.append(finding)
                    receipts |= {receipt.signature: receipt for receipt in _receipts_of(outcome)}

    def _chosen(self, found: Findings) -> list[Finding]:
        asked = [one for one in found.on_request if one.kind in self._also]
        leaving = {one.address for one in (*found, *asked) if one.kind is FindingKind.LEAVE_REWARDS}
        worth = [one for one in found if one.is_worth_it(nos_per_sol=self._nos_per_sol)]
        # leaving claims, too, and brings up to date what it has to
        return [*(one for one in worth if one.address not in leaving or one.kind is FindingKind.LEAVE_REWARDS), *asked]

    def _swept(
        self,
        done: list[Finding],
        failed: list[tuple[Finding, NosanaError]],
        receipts: Mapping[Signature, Receipt],
        left: Findings,
    ) -> Swept:
        return Swept(
            done=tuple(done),
            failed=tuple(failed),
            receipts=tuple(receipts.values()),
            left=left,
            wallet=self._wallet,
            purse=self._purse,
        )

    async def _find_stake(self) -> list[Found]:
        """At known addresses: an endpoint that doesn't tell these tells nothing."""
        seen = await see(self._client.connection, look_at_stake(self._network, self._wallet))
        return [] if seen is None else [*told_of_stake(self._client, seen)]

    async def _find_jobs(self) -> list[Found]:
        seen = await self._seen("jobs that it paid for, and runs", search_own_jobs(self._network, self._wallet))
        if not isinstance(seen, Unseen):
            return [*told_of_jobs(self._client, seen, self._results)]
        # what is found in transactions may not be all, and tells nothing of runs: it is as good as known
        partly = await self._reached("", see(self._client.connection, self._jobs_in_transactions()))
        found = () if isinstance(partly, Unseen) else (job.address for job in partly)
        known = look_at_known_jobs(self._network, self._wallet, tuple(dict.fromkeys((*self._jobs, *found))))
        return [seen, *told_of_jobs(self._client, await see(self._client.connection, known), self._results)]

    async def _find_paid(self) -> list[Found]:
        """Token accounts, and the pools that pay into them."""
        accounts = await self._reached("token accounts", find_token_accounts(self._client.connection, self._wallet))
        receivers = await self._seen(
            "pools and distributors that pay to token accounts", search_receivers(self._network)
        )
        own = () if isinstance(accounts, Unseen) else accounts
        purses = {self._purse, *(account.address for account in own)}
        pools = await self._seen(
            "pools that pay it, or that it opened", search_own_pools(self._network, self._wallet, purses)
        )
        paying = None if isinstance(receivers, Unseen) else receivers
        unseen = [one for one in (accounts, receivers, pools) if isinstance(one, Unseen)]
        told = told_of_pools(self._client, self._wallet, () if isinstance(pools, Unseen) else pools)
        return [*unseen, *told, *told_of_token_accounts(self._client, self._wallet, own, paying)]

    async def _find_vesting(self) -> list[Found]:
        seen = await self._seen("what vests for it in distributors", search_vesting(self._network, self._wallet))
        return [seen] if isinstance(seen, Unseen) else [*told_of_vesting(self._client, seen)]

    async def _find_nonces(self) -> list[Found]:
        seen = await self._seen("nonces", search_nonces(self._wallet))
        if not isinstance(seen, Unseen):
            return [*told_of_nonces(self._client, seen)]
        known = await see(self._client.connection, look_at_nonces(self._nonces, authority=self._wallet))
        return [seen, *told_of_nonces(self._client, known)]

    async def _find_markets(self) -> list[Found]:
        seen = await self._seen("markets that it opened", search_own_markets(self._network, self._wallet))
        return [seen] if isinstance(seen, Unseen) else [*told_of_markets(self._client, seen)]

    async def _seen(self, what: str, looking: Looking[T]) -> T | Unseen:
        return await self._reached(what, see(self._client.connection, looking, whole=True))

    def _jobs_in_transactions(self) -> Looking[list[Job]]:
        return search_jobs_alone(self._network, payer=self._wallet)

    async def _reached(self, what: str, asking: Awaitable[T]) -> T | Unseen:
        try:
            return await asking
        except (RpcClosedError, RpcLoopError):
            raise
        except RpcError as error:
            return Unseen(what=what, error=error)


def _kind(name: str) -> FindingKind:
    try:
        return FindingKind(name)
    except ValueError:
        known = ", ".join(sorted(ON_REQUEST))
        raise InputError(f"{name!r} is no kind of finding; what is done on request is {known}") from None


def _receipts_of(result: Any) -> list[Receipt]:
    """The receipts of what an action gave: it is one, holds one, or is several."""
    each = result if isinstance(result, list) else [result]
    held = [one if isinstance(one, Receipt) else getattr(one, "receipt", None) for one in each]
    return [one for one in held if one is not None]
