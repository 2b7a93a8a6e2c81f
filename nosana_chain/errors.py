"""Every exception of nosana-chain, in one tree.

Catch `NosanaError` for all of them. Each class has a stable dotted `code` for programs to branch on, and a
`retry` value that says what a second attempt would mean for money. The facts of a failure are attributes
(and `facts`), so nobody has to parse a message. Secrets are never among them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class Retry(StrEnum):
    """What may be done after an error without paying twice."""

    NEVER = "never"  #: the same call will fail again: change something first
    SAME = "same"  #: nothing was decided: the same call may be made again
    RESIGN = "resign"  #: the transaction can never land any more: signing a new one is safe
    CHECK_FIRST = "check-first"  #: it may have landed: look on chain before anything else


class NosanaError(Exception):
    """Base of every exception that this package raises on purpose.

    Args:
        message: the fact, the value, and the way out.
        **facts: what programs need to know, each also an attribute of the exception.
    """

    code: ClassVar[str] = "nosana"
    retry: Retry = Retry.NEVER

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        self.__dict__.update(facts)

    def add_facts(self, **facts: Any) -> None:
        """Tell more, once it is known; a fact that is told already stays."""
        self.facts = {**facts, **self.facts}
        self.__dict__.update(self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the facts: errors cross process boundaries in test runs and worker pools."""
        return _rebuild, (type(self), self.message, self.facts), self.__dict__

    def as_json(self) -> dict[str, Any]:
        """The error as plain JSON values, for `--output json` and structured logs."""
        facts = {name: _plain(value) for name, value in self.facts.items()}
        return {"code": self.code, "retry": self.retry.value, "message": self.message, **facts}

    def look_first(self) -> None:
        """From now on this error says *check-first*: signed bytes had left when it came up."""
        self.retry = Retry.CHECK_FIRST


def _rebuild(kind: type[NosanaError], message: str, facts: dict[str, Any]) -> NosanaError:
    return kind(message, **facts)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return f"a number of {value.bit_length()} bits"
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


_MAX_BITS = 256  # Python refuses to write integers of more than 4300 digits


# ---------------------------------------------------------------- input and configuration: nothing was sent


class InputError(NosanaError):
    """A value given by the caller can't be used; nothing was sent."""

    code = "input"


class AmountError(InputError):
    """An amount, price or duration is out of its range or not a number."""

    code = "input.amount"


class CidError(InputError):
    """A text is not a CIDv0, or a content can't have one."""

    code = "input.cid"


class JobFileError(InputError):
    """A job definition file is missing, too large, or not a JSON object (or YAML that could be one).

    `line` and `column` (from 1) say where, if that is known.
    """

    code = "input.job_file"
    path: str
    line: int | None = None
    column: int | None = None


class JobDefinitionError(InputError):
    """A job definition is not one that Nosana's own clients would take.

    `problems` are all that were found, in words: with line, column and the path to the value.
    """

    code = "input.job_definition"
    path: str
    problems: tuple[str, ...]


class TreeFileError(InputError):
    """A distributor's tree file is missing, too large, or not the tree that its root says."""

    code = "input.tree_file"
    path: str


class CursorError(InputError):
    """A cursor can't be read, or belongs to another cluster or to something else that was followed."""

    code = "input.cursor"


class ConfigError(NosanaError):
    """A setting is missing or can't be understood."""

    code = "config"


class WalletError(ConfigError):
    """A key can't be read, or is readable by other users of the machine."""

    code = "config.wallet"


class SignerError(NosanaError):
    """A signer failed, was too slow, or answered with something that is not its signature; nothing was sent."""

    code = "signer"
    retry = Retry.SAME
    address: str


class WrongNetworkError(ConfigError):
    """The endpoint serves another cluster than the one that was asked for."""

    code = "config.wrong_network"


class NotFoundError(NosanaError):
    """No account of the expected kind stands at an address."""

    code = "not_found"
    address: str
    kind: str


class MarketClosedError(NotFoundError):
    """The market was closed: since the action was first planned, or over the job that the action is about.

    Nothing was taken. Who closes a market gets all that is in its vault, deposits of open jobs included.
    """

    code = "not_found.market_closed"


class NoStakeError(NotFoundError):
    """The wallet has no stake, and the action takes one: stake first."""

    code = "not_found.stake"


class WrongStateError(NosanaError):
    """An account exists, but is not in a state in which the action makes sense; nothing was sent."""

    code = "wrong_state"
    address: str


class AlreadyExistsError(WrongStateError):
    """What the action would create is there already; `address` says where. Nothing was sent."""

    code = "wrong_state.already_exists"


class QueueFullError(WrongStateError):
    """The market's queue has no room for one more; nothing was sent.

    `capacity` is how many it takes.
    """

    code = "wrong_state.queue_full"
    capacity: int


class NotInPoolError(WrongStateError):
    """The wallet is not in the rewards pool; nothing was sent."""

    code = "wrong_state.not_in_pool"


class NothingDueError(WrongStateError):
    """A withdrawal or a claim would pay nothing now, so nothing was sent.

    `due_at` is the Unix time from which something is due if nothing else happens; None where time alone won't do.
    """

    code = "wrong_state.nothing_due"
    due_at: int | None


class NotAsQuotedError(NosanaError):
    """A simulation would take another amount than was meant, or more than was allowed; nothing was signed."""

    code = "not_as_quoted"
    retry = Retry.SAME
    meant: int
    taken: int


# ---------------------------------------------------------------- the wire


class RpcError(NosanaError):
    """The RPC endpoint could not be reached, or did not do what was asked."""

    code = "rpc"
    endpoint: str
    method: str


class RpcUnreachableError(RpcError):
    """No answer: refused, dropped or timed out. A request that only reads may be repeated."""

    code = "rpc.unreachable"
    retry = Retry.SAME


class RpcRateLimitError(RpcError):
    """The endpoint refused the request for now (HTTP 429 or 503)."""

    code = "rpc.rate_limit"
    retry = Retry.SAME


class RpcResponseError(RpcError):
    """The endpoint answered with a JSON-RPC error, or with something that is no answer to the request."""

    code = "rpc.response"
    rpc_code: int | None


class RpcEndpointError(RpcResponseError):
    """The endpoint failed at a request that only reads, for a reason of its own: asked again it may do better."""

    code = "rpc.endpoint"
    retry = Retry.SAME


class RpcClosedError(RpcError):
    """The client was closed before the request, or while it was on its way."""

    code = "rpc.closed"


class SearchTooLongError(RpcError):
    """Accounts would have to be looked for in more transactions than a search may read; what was read is kept.

    The endpoint refuses to list the accounts of a program. The same call again goes on where this one stopped.
    `address` is whose transactions they are, and `read` how many were read.
    """

    code = "rpc.search_too_long"
    retry = Retry.SAME
    address: str
    read: int


class NoHistoryError(RpcError):
    """The endpoint doesn't list transactions, or not far enough back: events can't be told there without loss.

    `first_slot` is the oldest that it has, where that is the reason.
    """

    code = "rpc.no_history"
    first_slot: int | None


class RpcLoopError(RpcError):
    """The client belongs to another event loop or thread; nothing was sent."""

    code = "rpc.event_loop"


class WaitTimeoutError(NosanaError):
    """What was waited for has not come about within the limit; it may still.

    `seen` is the job as it was seen last, None where it was never seen.
    """

    code = "wait_timeout"
    retry = Retry.SAME
    address: str
    awaited: str
    within_seconds: float
    seen: Any


# ---------------------------------------------------------------- off the chain: IPFS, hosts, public APIs


class OffChainError(NosanaError):
    """A service off the chain could not be reached, or did not do what was asked.

    `endpoint` is its URL without secrets.
    """

    code = "off_chain"
    retry = Retry.SAME
    endpoint: str


class NotPinnedError(OffChainError):
    """A content could not be pinned, so nothing was paid for it."""

    code = "off_chain.not_pinned"
    cid: str


class NotFetchedError(OffChainError):
    """No gateway gave the content of a CID.

    `reasons` says of each gateway why not.
    """

    code = "off_chain.not_fetched"
    cid: str
    reasons: tuple[str, ...]


class ContentMismatchError(OffChainError):
    """What a service gave is not what its CID names: it was changed on the way, or is not what was asked for.

    `cid` is what was asked for, and `found` the CID of what came, where that is known.
    """

    code = "off_chain.content_mismatch"
    retry = Retry.NEVER
    cid: str
    found: str | None


class HostRefusedError(OffChainError):
    """A host's own API refused.

    `status` is its HTTP status.
    """

    code = "off_chain.host_refused"
    retry = Retry.NEVER
    status: int


class AuthorizationError(InputError):
    """An authorization string is malformed, too old, or for another message."""

    code = "input.authorization"


# ---------------------------------------------------------------- transactions


class TransactionError(NosanaError):
    """A transaction did not do what it was sent for."""

    code = "transaction"
    signature: str | None


class BlockhashExpiredError(TransactionError):
    """The transaction's blockhash is too old and it is not on chain: it can never land."""

    code = "transaction.expired"
    retry = Retry.RESIGN


class OutcomeUnknownError(TransactionError):
    """The transaction was sent and nobody could be asked what became of it: it may still land."""

    code = "transaction.outcome_unknown"
    retry = Retry.CHECK_FIRST


class TransactionFailedError(TransactionError):
    """The chain refused the transaction.

    `signature` is None when a simulation caught it: nothing was sent then, and nothing spent. `explanation` is a
    block of lines for people: every instruction with its arguments and accounts, and marks where it failed. It is
    not among the facts, which are for programs; empty when the transaction itself is out of reach. `candidates` are
    the names of the errors that share the number, where no log line says which it was.
    """

    code = "transaction.failed"
    explanation: str = ""
    candidates: tuple[str, ...] = ()
    reason: str
    instruction_index: int | None
    logs: tuple[str, ...]


class InsufficientFundsError(TransactionFailedError):
    """A SOL or token balance doesn't cover what the transaction takes.

    Where they are known, `needed` and `balance` say what it takes and what is there: lamports, or base units of the
    token; and `short` whose balance that is.
    """

    code = "transaction.insufficient_funds"


class AddressTakenError(TransactionFailedError):
    """The account that it should make is there already: it was done before, or somebody was faster."""

    code = "transaction.address_taken"


class BoundExceededError(TransactionFailedError):
    """The price or the fee rose after it was seen: the transaction would have taken too much, and took nothing.

    Facts: max_nos, the bound in base units.
    """

    code = "transaction.bound_exceeded"
    max_nos: int


class ProgramError(TransactionFailedError):
    """A program refused its instruction with an error that it names in its log.

    There is one subclass for each error, in `nosana_chain.bindings.program_errors`, generated from idl/.
    The class is chosen by the name in the log line, since numbers collide between programs.
    """

    code = "program"
    number: ClassVar[int]  #: as in `Custom(number)`
    name: ClassVar[str]  #: as in the log line
    summary: ClassVar[str]  #: the fact and the way out
    program: str  #: jobs, staking, rewards, ...
    instruction: str | None  #: PascalCase, from the log
    account: str | None  #: snake_case name of the account that the log blames


# ---------------------------------------------------------------- the journal and what may be spent


class JournalError(NosanaError):
    """The journal can't be read or written, so nothing is signed.

    `place` is its path, or its server without the password.
    """

    code = "journal"
    place: str


class JournalStateError(JournalError):
    """What the journal holds doesn't allow the step: another attempt may still land, or a verdict contradicts proof."""

    code = "journal.state"
    retry = Retry.CHECK_FIRST
    entry: str | None
    signature: str | None


class InProgressError(JournalError):
    """Another task or process works on this entry, or has taken it over; this one sent nothing for it."""

    code = "journal.in_progress"
    retry = Retry.SAME
    entry: str


class TermsDifferError(NosanaError):
    """The idempotency key stands for an action with other terms.

    `recorded` and `asked` hold the terms that differ, by name.
    """

    code = "terms_differ"
    verb: str
    key: str
    recorded: dict[str, Any]
    asked: dict[str, Any]


class AlreadyDoneError(NosanaError):
    """The action of this idempotency key was done before, and what it made is gone from the chain; nothing was sent.

    Facts: key, signature of the transaction that did it, and the addresses that it made, by role.
    """

    code = "already_done"
    key: str
    signature: str | None


class HistoryTooShortError(NosanaError):
    """Nobody can tell whether an idempotency key was used before: no journal knows it, and history is too short.

    `horizon_seconds` is how far back it goes; None where the endpoint doesn't say.
    """

    code = "history_too_short"
    horizon_seconds: int | None


class ReservedFundsError(NosanaError):
    """The balance doesn't cover what the open intents of the wallet may take and this one too; nothing was signed."""

    code = "reserved_funds"
    wallet: str
    unit: str  #: "NOS base units" or "lamports"
    asked: int
    reserved: int
    balance: int


class BudgetExceededError(NosanaError):
    """The budget of the wallet leaves no room for this now; nothing was signed.

    `fits_at` is the Unix time from which it fits, given that the open intents land now; None if it never does.
    """

    code = "budget"
    asked: int
    spent: int
    limit: int
    fits_at: float | None


# ---------------------------------------------------------------- the local network


class LocalnetError(NosanaError):
    """The local network could not be started, or stopped by itself."""

    code = "localnet"


class MissingDependencyError(LocalnetError):
    """Something that the local network runs on isn't installed (Node.js, Surfpool)."""

    code = "localnet.missing_dependency"


class UnsupportedByValidatorError(LocalnetError):
    """The validator of this local network can't do that; another one can."""

    code = "localnet.unsupported"


class PortInUseError(LocalnetError):
    """A port that the local network was told to use is taken."""

    code = "localnet.port_in_use"
    port: int
