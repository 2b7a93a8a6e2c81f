"""What a sweep finds, as values: what can be got back now, only if asked, later, or not at all, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.action import Action
from nosana_chain.errors import RpcError
from nosana_chain.one_line import one_line
from nosana_chain.reading.fees import LAMPORTS_PER_SIGNATURE
from nosana_chain.units import Lamports, NosUnits, TokenUnits, UnixSeconds, format_nos, format_sol

_LAMPORTS_PER_SOL = 10**9
_NO_NOS, _NO_LAMPORTS, _NO_TOKENS = NosUnits(0), Lamports(0), TokenUnits(0)


class FindingKind(StrEnum):
    """What is done about a finding. Those of `ON_REQUEST` are listed, and done only if they are asked for."""

    CLEAN_JOB = "clean_job"
    RECOVER_JOB = "recover_job"
    FINISH_JOB = "finish_job"  #: as its host, with a result that the caller gives
    WITHDRAW_STAKE = "withdraw_stake"
    CLOSE_STAKE = "close_stake"
    CLAIM_REWARDS = "claim_rewards"
    SYNC_REWARDS = "sync_rewards"  #: what a claim needs first where the stake was slashed
    CLAIM_POOL = "claim_pool"
    CLAIM_LOCKED = "claim_locked"  #: what has vested of a distributor's locked part
    CLOSE_TOKEN_ACCOUNT = "close_token_account"  # noqa: S105  no password
    LEAVE_REWARDS = "leave_rewards"  #: out of a pool whose rate is 0; out of one that pays only if asked
    END_JOB = "end_job"
    SHARE_FEES = "share_fees"
    WITHDRAW_NONCE = "withdraw_nonce"
    CLOSE_POOL = "close_pool"
    CLOSE_MARKET = "close_market"
    CLOSE_NOS_ACCOUNT = "close_nos_account"


#: What takes away something that may still be wanted.
ON_REQUEST = frozenset(
    {
        FindingKind.END_JOB,  # its host may be about to hand in the result
        FindingKind.LEAVE_REWARDS,
        FindingKind.SHARE_FEES,  # every member gets of it, and the wallet pays the fee
        FindingKind.WITHDRAW_NONCE,  # transactions may be out that live by it
        FindingKind.CLOSE_POOL,
        FindingKind.CLOSE_MARKET,
        FindingKind.CLOSE_NOS_ACCOUNT,
    }
)


@one_line
@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that can be got back.

    Attributes:
        kind: what is done about it.
        address: the account that it is about.
        nos: NOS base units that come back, as of when it was found.
        lamports: that come back: rent, above all.
        tokens: base units of another mint that come back.
        mint: of those; None where there are none.
        why: in words.
        on_request: whether it is done only if it is asked for.
        make: makes the action.
    """

    kind: FindingKind
    address: Pubkey
    why: str
    make: Callable[[], Action[Any]] = field(repr=False, compare=False)
    nos: NosUnits = _NO_NOS
    lamports: Lamports = _NO_LAMPORTS
    tokens: TokenUnits = _NO_TOKENS
    mint: Pubkey | None = None
    on_request: bool = False

    @cached_property
    def action(self) -> Action[Any]:
        """The action that gets it back, always the same one; its `quote()` says what it takes and brings now."""
        return self.make()

    @property
    def fee(self) -> Lamports:
        """Lamports of a transaction's signature, which several findings can share; a priority fee comes on top."""
        return Lamports(LAMPORTS_PER_SIGNATURE)

    def is_worth_it(self, *, nos_per_sol: int | None = None) -> bool:
        """Whether it brings more than its fee.

        Args:
            nos_per_sol: NOS base units that a SOL is worth. None: any amount of NOS is worth a fee.
        """
        if self.tokens or (self.nos and nos_per_sol is None):
            return True
        worth = self.nos * _LAMPORTS_PER_SOL // nos_per_sol if nos_per_sol else 0
        return self.lamports + worth > self.fee

    def __str__(self) -> str:
        """The finding in one line."""
        other = f", {self.tokens} base units of {self.mint}" if self.tokens else ""
        brings = f"{format_nos(self.nos)} NOS, {format_sol(self.lamports)} SOL{other}"
        return f"{self.kind} {self.address}: {brings}; {self.why}"


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something of the wallet's that a sweep can't get back, or not yet.

    Attributes:
        address: the account that it is about.
        why: in words, with the way out where there is one.
        nos: NOS base units in it, as far as they are the wallet's.
        lamports: in it.
        due_at: when it can be got back; None where time alone won't do.
    """

    address: Pubkey
    why: str
    nos: NosUnits = _NO_NOS
    lamports: Lamports = _NO_LAMPORTS
    due_at: UnixSeconds | None = None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What could not be looked for.

    Attributes:
        what: in words.
        error: why: most often an endpoint that doesn't serve `error.method`.
    """

    what: str
    error: RpcError

    def __str__(self) -> str:
        """In one line."""
        return f"{self.what}: {self.error}"


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a sweep found. Iterating goes over `ready`.

    Attributes:
        ready: what can be got back now.
        on_request: what can be got back now, and is done only if it is asked for: it may still be wanted.
        remarks: what can't be got back, or not yet.
        unseen: what could not be looked for, and may be there.
    """

    ready: tuple[Finding, ...] = ()
    on_request: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    unseen: tuple[Unseen, ...] = ()

    @classmethod
    def of(cls, told: Iterable[Finding | Remark | Unseen]) -> Findings:
        """What was told, by kind and in its order."""
        found = list(told)
        findings = [one for one in found if isinstance(one, Finding)]
        return cls(
            ready=tuple(one for one in findings if not one.on_request),
            on_request=tuple(one for one in findings if one.on_request),
            remarks=tuple(one for one in found if isinstance(one, Remark)),
            unseen=tuple(one for one in found if isinstance(one, Unseen)),
        )

    @property
    def nos(self) -> NosUnits:
        """NOS base units that `ready` brings."""
        return NosUnits(sum(one.nos for one in self.ready))

    @property
    def lamports(self) -> Lamports:
        """Lamports that `ready` brings, before fees."""
        return Lamports(sum(one.lamports for one in self.ready))

    def __iter__(self) -> Iterator[Finding]:
        """Over what is ready."""
        return iter(self.ready)

    def __len__(self) -> int:
        """How many are ready."""
        return len(self.ready)

    def __str__(self) -> str:
        """Each in one line."""
        groups = {"": self.ready, "if asked: ": self.on_request}
        lines = [f"{prefix}{one}" for prefix, group in groups.items() for one in group]
        lines += [f"not now: {one.address}: {one.why}" for one in self.remarks]
        return "\n".join([*lines, *(f"not looked for: {one}" for one in self.unseen)])
