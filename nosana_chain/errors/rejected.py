"""Nothing was sent: the input, the configuration, or what stands on chain already."""

from __future__ import annotations

from nosana_chain.errors.base import NosanaError, Retry


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
