"""What actions on jobs and markets give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from solders.pubkey import Pubkey

from nosana_chain.models.flow_state import FlowState
from nosana_chain.models.job import Job
from nosana_chain.models.receipt import Receipt
from nosana_chain.one_line import one_line
from nosana_chain.units import NosUnits, Seconds


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class PostedJob:
    """A job that was posted.

    Attributes:
        receipt: None where the job was there already, posted by an earlier attempt.
        job: its address.
        run: address of its run account, if a host was waiting and works on it; None while the job waits.
        deposit: NOS base units locked in the market's vault.
        network_fee: NOS base units that the program took on top, and never gives back; None where nobody tells.
    """

    receipt: Receipt | None
    job: Pubkey
    run: Pubkey | None
    deposit: NosUnits
    network_fee: NosUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What a job did, fetched from IPFS and held to the CID on chain. It is what the host says, which nobody proves.

    Attributes:
        job: as it stands on chain.
        cid: of the result.
        content: the bytes that the host pinned.
        flow: the same, read; None where they are no result of the usual kind.
    """

    job: Job
    cid: str
    content: bytes = field(repr=False)
    flow: FlowState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedJob:
    """A job that got more time.

    Attributes:
        timeout: the new total, in seconds.
        deposit: NOS base units that were added to the vault.
        network_fee: NOS base units that the program took on top; None where nobody tells.
    """

    receipt: Receipt
    timeout: Seconds
    deposit: NosUnits
    network_fee: NosUnits | None


class StopKind(StrEnum):
    """What stopping came down to."""

    DELISTED = "delisted"  #: it was waiting: everything came back
    ENDED = "ended"  #: it was running: the host was paid for its seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedJob:
    """A job that was stopped.

    Attributes:
        paid: NOS base units that the host got; None where nobody tells.
        refunded: NOS base units that came back to the job's payer; None likewise.
    """

    receipt: Receipt
    kind: StopKind
    paid: NosUnits | None
    refunded: NosUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedJob:
    """A job whose host handed in its result.

    Attributes:
        paid: NOS base units that the host got for its seconds; None where nobody tells.
        refunded: NOS base units that went back to the job's payer; None likewise.
    """

    receipt: Receipt
    paid: NosUnits | None
    refunded: NosUnits | None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedQueue:
    """A host that offered itself to a market.

    Attributes:
        run: address of the run account, if a job was waiting and the host got it at once; None while the host waits.
    """

    receipt: Receipt
    run: Pubkey | None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job that a host took over.

    Attributes:
        receipt: None where the host has it already, by an earlier attempt.
        run: address of the run account.
    """

    receipt: Receipt | None
    run: Pubkey


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMarket:
    """A market that now exists.

    Attributes:
        receipt: None where the market was there already, opened by an earlier attempt.
        market: its address.
    """

    receipt: Receipt | None
    market: Pubkey
